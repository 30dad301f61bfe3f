from django.apps import AppConfig


class InboxConfig(AppConfig):
    """The app about mail to the team's public address that is not filed yet."""

    name = "advisories.inbox"
    verbose_name = "Inbox"

    def ready(self) -> None:
        """Register what waits in the inbox, for the dashboard and the page of all areas."""
        from advisories.inbox.events import InboxEvent
        from advisories.inbox.pages import AREAS, WAITING
        from audit.registry import may_be_told
        from web import areas, waiting

        may_be_told(InboxEvent)
        waiting.register_columns(WAITING)
        areas.register(*AREAS)
