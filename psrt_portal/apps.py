from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The site itself; no models."""

    name = "psrt_portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        """Register the audit log among the areas of the admins, and the checks of a production portal."""
        from django.core.checks import Tags, register

        from psrt_portal import (
            heartbeats,  # noqa: F401  connects to Celery's signals
            metrics,
        )
        from psrt_portal.audit_log.area import AREAS
        from psrt_portal.checks import demo_logins, vote_keys_lie_apart
        from web import areas, refusals

        register(demo_logins, Tags.database)
        register(vote_keys_lie_apart, Tags.security, deploy=True)
        areas.register(*AREAS)
        refusals.register(metrics.count_refusal)
