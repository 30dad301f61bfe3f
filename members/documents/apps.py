from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents, and what they contribute to other apps."""

    name = "members.documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        """Register the dashboard item, and the events that people read in their own data."""
        from members.documents.events import DocumentEvent
        from members.documents.pages import waiting_for
        from members.people.registry import may_be_told
        from web import waiting

        may_be_told(DocumentEvent)
        waiting.register(waiting_for)
