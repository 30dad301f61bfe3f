from django.apps import AppConfig


class BoardingConfig(AppConfig):
    name = "members.boarding"
    verbose_name = "Boarding"

    def ready(self) -> None:
        """Answer what documents ask, and let people read in their own data which of these events they caused."""
        from members.boarding.events import BoardingEvent
        from members.boarding.pages.sections import on_profile, on_record, own_data
        from members.boarding.policy import ARRIVING
        from members.documents.registry import answer_newcomers
        from members.people.registry import answer_arrivals, answer_own_data, may_be_told
        from web import sections

        may_be_told(BoardingEvent)
        answer_newcomers(ARRIVING)
        answer_arrivals(ARRIVING)
        answer_own_data(own_data)
        sections.register("people:record", on_record)
        sections.register("accounts:profile", on_profile)
