"""The configuration of this app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People, memberships and roles."""

    name = "members.people"
    verbose_name = "People"

    def ready(self) -> None:
        """Register the area of this app, and which of its events may be told to the person concerned."""
        from audit.registry import may_be_told
        from members.people.events import PeopleEvent
        from members.people.pages.areas import AREAS
        from web import areas

        areas.register(*AREAS)
        may_be_told(PeopleEvent)
