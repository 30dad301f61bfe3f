"""The configuration of this app."""

from django.apps import AppConfig


class BringInConfig(AppConfig):
    """Logins for the whole team, from a list; no models."""

    name = "members.bring_in"
    verbose_name = "Bring the team in"

    def ready(self) -> None:
        """Register what this app contributes to other pages."""
        from members.bring_in.pages.areas import AREAS
        from members.bring_in.pages.waiting import WAITING
        from web import areas, waiting

        waiting.register_columns(WAITING)
        areas.register(*AREAS)
