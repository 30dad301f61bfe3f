from django.apps import AppConfig


class DriftConfig(AppConfig):
    """Checks of the channels against the roster."""

    name = "members.drift"
    verbose_name = "Drift"

    def ready(self) -> None:
        """Register the answers to `channels`, `github_accounts` and the dashboard."""
        from audit.registry import may_be_told
        from members.channels.connectors import missing_settings
        from members.channels.registry import CheckAnswers, answer_checks
        from members.drift.events import DriftEvent
        from members.drift.pages.areas import AREAS
        from members.drift.pages.waiting import waiting_for
        from members.drift.queries.accounts import github_account_called
        from members.drift.queries.checks import checks_state, newest_lists
        from members.github_accounts.registry import AccountAnswers, answer_accounts
        from web import areas, waiting

        may_be_told(DriftEvent)
        answer_accounts(AccountAnswers(lambda: not missing_settings("github"), github_account_called))
        answer_checks(CheckAnswers(newest_lists, checks_state))
        waiting.register(waiting_for)
        areas.register(*AREAS)
