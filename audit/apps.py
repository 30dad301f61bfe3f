from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The append-only log of events."""

    name = "audit"
    verbose_name = "Audit log"
