from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents, and what they contribute to other apps."""

    name = "members.documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        """Register what this app contributes to the dashboard, to pages and to a person's own data."""
        from audit.registry import may_be_told
        from members.documents.events import DocumentEvent
        from members.documents.pages import AREAS, WAITING, on_profile, on_record, own_data
        from members.people.registry import answer_own_data
        from web import areas, sections, waiting

        may_be_told(DocumentEvent)
        answer_own_data(own_data)
        sections.register("people:record", on_record)
        sections.register("profile:own", on_profile)
        waiting.register_columns(WAITING)
        areas.register(*AREAS)
