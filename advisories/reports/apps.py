from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The app about private vulnerability reports."""

    name = "advisories.reports"
    verbose_name = "Reports"

    def ready(self) -> None:
        """Register the items of the dashboard, and answer what `members` asks: open work, and activity on reports."""
        from advisories.reports.events import ReportEvent
        from advisories.reports.pages.waiting import dashboard_items, open_work_count, open_work_of
        from advisories.reports.queries import last_days
        from audit.registry import may_be_told
        from members.people.registry import answer_activity, answer_open_work, answer_open_work_count
        from web import waiting

        may_be_told(ReportEvent)
        answer_activity(last_days)
        answer_open_work(open_work_of)
        answer_open_work_count(open_work_count)
        waiting.register(dashboard_items)
