from django.apps import AppConfig


class DriftConfig(AppConfig):
    name = "members.drift"
    verbose_name = "Drift"

    def ready(self) -> None:
        """Let people read in their own data which of these events they caused."""
        from members.drift.events import DriftEvent
        from members.people.registry import may_be_told

        may_be_told(DriftEvent)
