"""The project's one signal."""

from django.dispatch import Signal

#: Sent inside the transaction of the action, with ``event`` (`audit.models.Event`). A receiver that
#: raises undoes the action: what nobody could be told of does not happen.
event_recorded = Signal()
