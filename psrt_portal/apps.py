from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The site itself; no models."""

    name = "psrt_portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        """Register the audit log among the areas of the admins."""
        from psrt_portal.audit_log.area import AREAS
        from web import areas

        areas.register(*AREAS)
