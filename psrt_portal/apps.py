from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "psrt_portal"
    verbose_name = "Portal"
