from django.apps import AppConfig


class BoardingConfig(AppConfig):
    name = "members.boarding"
    verbose_name = "Boarding"

    def ready(self) -> None:
        """Answer what documents ask, and let people read in their own data which of these events they caused."""
        from members.boarding.events import BoardingEvent
        from members.boarding.policy import ARRIVING
        from members.documents.registry import answer_newcomers
        from members.people.registry import may_be_told

        may_be_told(BoardingEvent)
        answer_newcomers(ARRIVING)
