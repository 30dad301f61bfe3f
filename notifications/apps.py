from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """The app that mails."""

    name = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        """Listen to every recorded event."""
        from audit.signals import event_recorded
        from notifications.receivers import remember

        event_recorded.connect(remember, dispatch_uid="notifications")
