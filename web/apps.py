from django.apps import AppConfig


class WebConfig(AppConfig):
    """The parts that pages of every app share; no models."""

    name = "web"
    verbose_name = "Web"
