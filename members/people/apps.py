"""The configuration of this app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People, memberships and roles."""

    name = "members.people"
    verbose_name = "People"

    def ready(self) -> None:
        """Register the area of this app, what it holds about a person, and which of its events may be told to them."""
        from audit.registry import may_be_told
        from members.people.events import PeopleEvent
        from members.people.pages.areas import AREAS
        from members.people.queries.own_data import own_data
        from members.people.registry import answer_own_data
        from web import areas

        areas.register(*AREAS)
        may_be_told(PeopleEvent)
        answer_own_data(own_data)
