from django.apps import AppConfig


class InactivityConfig(AppConfig):
    """The inactivity review, and what it contributes to other apps."""

    name = "members.inactivity"
    verbose_name = "Inactivity review"

    def ready(self) -> None:
        """Register what this app contributes to the dashboard, to pages and to a person's own data."""
        from audit.registry import may_be_told
        from members.inactivity.events import InactivityEvent
        from members.inactivity.pages.own_data import own_data
        from members.inactivity.pages.waiting import AREAS, FIRST, dashboard_items
        from members.inactivity.queries import credited_days
        from members.people.registry import answer_activity, answer_own_data
        from web import areas, waiting

        may_be_told(InactivityEvent)
        answer_activity(credited_days)
        answer_own_data(own_data)
        waiting.register(dashboard_items)
        waiting.register_columns(FIRST)
        areas.register(*AREAS)
