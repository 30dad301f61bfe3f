"""The configuration of this app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Logins, invitations and suspensions."""

    name = "members.accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        """Register what accounts contribute to pages, and close a login when its access ends."""
        from audit.registry import may_be_told
        from members.accounts.events import AccountEvent
        from members.accounts.pages.areas import AREAS
        from members.accounts.pages.sections import on_record
        from members.accounts.pages.waiting import WAITING
        from members.accounts.queries.logins import WITH_LOGIN
        from members.accounts.workflow import close
        from members.people.registry import answer_logins, listen_to_access
        from web import areas, sections, waiting

        may_be_told(AccountEvent)
        listen_to_access(close)
        answer_logins(WITH_LOGIN)
        sections.register("people:record", on_record)
        waiting.register_columns(WAITING)
        areas.register(*AREAS)
