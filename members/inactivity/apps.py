from django.apps import AppConfig


class InactivityConfig(AppConfig):
    name = "members.inactivity"
    verbose_name = "Inactivity"

    def ready(self) -> None:
        """Register what this app contributes to a person's own data."""
        from members.inactivity.events import InactivityEvent
        from members.inactivity.pages.own_data import own_data
        from members.people.registry import answer_own_data, may_be_told

        may_be_told(InactivityEvent)
        answer_own_data(own_data)
