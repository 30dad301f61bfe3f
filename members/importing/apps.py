"""The configuration of this app."""

from django.apps import AppConfig


class ImportingConfig(AppConfig):
    """The import of the Developer's Guide's roster files; no models."""

    name = "members.importing"
    verbose_name = "Roster import"
