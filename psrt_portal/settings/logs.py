"""The log: JSON in production, readable text in development (`psrt_portal.logs`)."""

from psrt_portal import logs
from psrt_portal.settings.base import DEVELOPMENT

LOGGING_CONFIG = "psrt_portal.logs.configure"
LOGGING = logs.settings_for(is_production=not DEVELOPMENT)
