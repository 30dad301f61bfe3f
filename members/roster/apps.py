"""The configuration of this app."""

from django.apps import AppConfig


class RosterConfig(AppConfig):
    """The public pages about the team; no models."""

    name = "members.roster"
    verbose_name = "Roster"
