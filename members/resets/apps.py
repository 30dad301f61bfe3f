"""The configuration of this app."""

from django.apps import AppConfig


class ResetsConfig(AppConfig):
    """Requests for a new way in, and what they contribute to other apps."""

    name = "members.resets"
    verbose_name = "Login resets"

    def ready(self) -> None:
        """Register what this app contributes to the dashboard, to pages and to a person's own data."""
        from audit.registry import may_be_told
        from members.people.registry import answer_own_data
        from members.resets.events import ResetEvent
        from members.resets.pages import AREAS, WAITING, on_record, own_data
        from web import areas, sections, waiting

        may_be_told(ResetEvent)
        answer_own_data(own_data)
        sections.register("people:record", on_record)
        waiting.register_columns(WAITING)
        areas.register(*AREAS)
