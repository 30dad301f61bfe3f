from django.apps import AppConfig


class InactivityConfig(AppConfig):
    """The inactivity review, and what it contributes to other apps."""

    name = "members.inactivity"
    verbose_name = "Inactivity review"

    def ready(self) -> None:
        """Register the dashboard items, and the events that people read in their own data."""
        from members.inactivity.events import InactivityEvent
        from members.inactivity.pages.waiting import waiting_for
        from members.people.registry import may_be_told
        from web import waiting

        may_be_told(InactivityEvent)
        waiting.register(waiting_for)
