from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "members.people"
    verbose_name = "People"

    def ready(self) -> None:
        """Let people read in their own data which of these events they caused."""
        from members.people.events import PeopleEvent
        from members.people.registry import may_be_told

        may_be_told(PeopleEvent)
