"""The project's one signal."""

from django.dispatch import Signal

#: Sent inside the transaction of the act, with ``event`` (`audit.models.Event`). A receiver that
#: raises undoes the act: an act nobody could be told of does not happen.
event_recorded = Signal()
