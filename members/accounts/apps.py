from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "members.accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        """Register the events that people read in their own data, and the answer to the dashboard."""
        from members.accounts.events import AccountEvent
        from members.accounts.pages.waiting import waiting_for
        from members.people.registry import may_be_told
        from web import waiting

        may_be_told(AccountEvent)
        waiting.register(waiting_for)
