"""The configuration of this app."""

from django.apps import AppConfig


class GitHubAccountsConfig(AppConfig):
    """Which account on GitHub a name belongs to."""

    name = "members.github_accounts"
    verbose_name = "GitHub accounts"

    def ready(self) -> None:
        """Listen to names that are written down, and register what this app contributes to pages and own data."""
        from audit.registry import may_be_told
        from members.github_accounts.events import GitHubAccountEvent
        from members.github_accounts.pages import on_record
        from members.github_accounts.queries import own_data
        from members.github_accounts.tasks import hint_after_commit
        from members.people.registry import answer_own_data, listen_to_github_names
        from web import sections

        may_be_told(GitHubAccountEvent)
        answer_own_data(own_data)
        sections.register("people:record", on_record, joined="github_lookup")
        listen_to_github_names(hint_after_commit)
