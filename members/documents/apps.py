from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "members.documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        """Register what documents contribute to pages and to a person's own data."""
        from members.documents.events import DocumentEvent
        from members.documents.pages import on_profile, on_record, own_data
        from members.people.registry import answer_own_data, may_be_told
        from web import sections

        may_be_told(DocumentEvent)
        answer_own_data(own_data)
        sections.register("people:record", on_record)
        sections.register("accounts:profile", on_profile)
