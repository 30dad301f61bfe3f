from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "members.accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        """Let people read in their own data which of these events they caused."""
        from members.accounts.events import AccountEvent
        from members.people.registry import may_be_told

        may_be_told(AccountEvent)
