"""The configuration of this app."""

from django.apps import AppConfig


class ProfileConfig(AppConfig):
    """Somebody's own page; no models."""

    name = "members.profile"
    verbose_name = "Profile"

    def ready(self) -> None:
        """Register login and periods among a person's own data."""
        from members.people.registry import answer_own_data
        from members.profile.queries.own_data import own_login
        from members.profile.queries.own_periods import own_periods

        answer_own_data(own_login)
        answer_own_data(own_periods)
