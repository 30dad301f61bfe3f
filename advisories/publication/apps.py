from django.apps import AppConfig


class PublicationConfig(AppConfig):
    """The app about advisories, from the draft to the published records."""

    name = "advisories.publication"
    verbose_name = "Publication"

    def ready(self) -> None:
        """Answer what lower apps ask: about the advisory of a report, and the published credits of a person."""
        from advisories.publication.events import AdvisoryEvent
        from advisories.publication.pages import REMEDIATION
        from advisories.publication.queries import public_credits
        from advisories.reports.registry import answer_remediation
        from audit.registry import may_be_told
        from members.people.registry import answer_credits

        may_be_told(AdvisoryEvent)
        answer_credits(public_credits)
        answer_remediation(REMEDIATION)
