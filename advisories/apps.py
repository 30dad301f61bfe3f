from django.apps import AppConfig


class AdvisoriesConfig(AppConfig):
    name = "advisories"
    verbose_name = "Advisories"

    def ready(self) -> None:
        """Answer what `members` asks about published credits."""
        from advisories.figures import public_credits
        from members.questions import answer_credits

        answer_credits(public_credits)
