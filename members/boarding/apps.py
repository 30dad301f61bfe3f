from django.apps import AppConfig


class BoardingConfig(AppConfig):
    """Onboarding and offboarding."""

    name = "members.boarding"
    verbose_name = "Boarding"

    def ready(self) -> None:
        """Register the answers to `people`, `documents` and the dashboard."""
        from audit.registry import may_be_told
        from members.boarding.events import BoardingEvent
        from members.boarding.pages.areas import AREAS
        from members.boarding.pages.sections import on_profile, on_record, own_data
        from members.boarding.pages.waiting import waiting_for
        from members.boarding.policy import ARRIVING
        from members.boarding.workflow import note_acceptance
        from members.documents.registry import answer_newcomers, listen_to_acceptance
        from members.people.registry import answer_arrivals, answer_own_data
        from web import areas, sections, waiting

        may_be_told(BoardingEvent)
        answer_newcomers(ARRIVING)
        answer_arrivals(ARRIVING)
        listen_to_acceptance(note_acceptance)
        answer_own_data(own_data)
        sections.register("people:record", on_record)
        sections.register("profile:own", on_profile)
        waiting.register(waiting_for)
        areas.register(*AREAS)
