from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        """Listen to the one signal."""
        from audit.signals import event_recorded
        from notifications.receivers import remember

        event_recorded.connect(remember, dispatch_uid="notifications")
