from django.apps import AppConfig


class WebConfig(AppConfig):
    """What pages share; no models."""

    name = "web"
    verbose_name = "Web"
