from django.apps import AppConfig


class PublicationConfig(AppConfig):
    name = "advisories.publication"
    verbose_name = "Publication"

    def ready(self) -> None:
        """Answer what `members` asks: the published credits of a person."""
        from advisories.publication.queries.figures import public_credits
        from members.people.registry import answer_credits

        answer_credits(public_credits)
