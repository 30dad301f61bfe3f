from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Channels, and what they contribute to other apps."""

    name = "members.channels"
    verbose_name = "Channels"

    def ready(self) -> None:
        """Register the events that people read in their own data."""
        from members.channels.events import ChannelEvent
        from members.people.registry import may_be_told

        may_be_told(ChannelEvent)
