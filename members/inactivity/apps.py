from django.apps import AppConfig


class InactivityConfig(AppConfig):
    name = "members.inactivity"
    verbose_name = "Inactivity"

    def ready(self) -> None:
        """Let people read in their own data which of these events they caused."""
        from members.inactivity.events import InactivityEvent
        from members.people.registry import may_be_told

        may_be_told(InactivityEvent)
