from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


class PortalConfig(AppConfig):
    """The site itself; no models."""

    name = "psrt_portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        """Register the audit log among the areas of the admins, and the checks of a production portal."""
        from django.core.checks import Tags, register

        from psrt_portal import heartbeats  # noqa: F401  connects to Celery's signals
        from psrt_portal.audit_log.area import AREAS
        from psrt_portal.checks import demo_logins
        from web import areas

        register(demo_logins, Tags.database)
        areas.register(*AREAS)


@register(Tags.security, deploy=True)
def vote_keys_lie_apart(*, app_configs: Sequence[AppConfig] | None, **_options: object) -> list[CheckMessage]:
    """Warn when a backup of VAR_DIR would hold the keys of running votes."""
    if not settings.VOTE_KEY_DIR.is_relative_to(settings.VAR_DIR):
        return []
    return [
        Warning(
            "VOTE_KEY_DIR is inside VAR_DIR, so a copy of that folder holds the keys of running votes, and with a "
            "copy of the database it opens the sealed ballots.",
            hint="Set VOTE_KEY_DIR to a folder of its own that no backup and no snapshot reads.",
            id="psrt_portal.W001",
        )
    ]
