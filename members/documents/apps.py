from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "members.documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        """Let people read in their own data which of these events they caused."""
        from members.documents.events import DocumentEvent
        from members.people.registry import may_be_told

        may_be_told(DocumentEvent)
