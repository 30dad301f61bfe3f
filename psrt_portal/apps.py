from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The site itself; no models."""

    name = "psrt_portal"
    verbose_name = "Portal"
