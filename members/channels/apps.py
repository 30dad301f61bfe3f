from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Channels, and what they contribute to other apps."""

    name = "members.channels"
    verbose_name = "Channels"

    def ready(self) -> None:
        """Register what this app contributes to the page of all areas and to a person's own data."""
        from audit.registry import may_be_told
        from members.channels.events import ChannelEvent
        from members.channels.pages import AREAS
        from members.channels.queries import own_data
        from members.people.registry import answer_own_data
        from web import areas

        areas.register(*AREAS)
        may_be_told(ChannelEvent)
        answer_own_data(own_data)
