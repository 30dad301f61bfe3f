from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "members.channels"
    verbose_name = "Channels"

    def ready(self) -> None:
        """Let people read in their own data which of these events they caused."""
        from members.channels.events import ChannelEvent
        from members.people.registry import may_be_told

        may_be_told(ChannelEvent)
