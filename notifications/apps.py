from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """The app that mails."""

    name = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        """Listen to every recorded event, and register what waits for admins and what nominations asks."""
        from audit.signals import event_recorded
        from members.bring_in.registry import answer_bounced
        from members.people.registry import answer_own_data
        from nominations.registry import answer_council_told, answer_mail_held
        from notifications.pages.waiting import AREAS, WAITING
        from notifications.queries import bounced_invitations, council_told, was_paused
        from notifications.queries.choices import own_data
        from notifications.receivers import remember
        from web import areas, waiting

        answer_bounced(bounced_invitations)
        answer_mail_held(was_paused)
        answer_council_told(council_told)
        answer_own_data(own_data)
        areas.register(*AREAS)
        waiting.register_columns(WAITING)
        event_recorded.connect(remember, dispatch_uid="notifications")
