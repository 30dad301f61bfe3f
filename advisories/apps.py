from django.apps import AppConfig


class AdvisoriesConfig(AppConfig):
    name = "advisories"
    verbose_name = "Advisories"

    def ready(self) -> None:
        """Answer what `members` asks: published credits, open work, and who was active on reports."""
        from advisories.activity import last_days
        from advisories.events import AdvisoryEvent
        from advisories.figures import public_credits
        from advisories.waiting import open_work_of
        from members.questions import answer_activity, answer_credits, answer_open_work, may_be_told

        answer_credits(public_credits)
        may_be_told(AdvisoryEvent)
        answer_activity(last_days)
        answer_open_work(open_work_of)
