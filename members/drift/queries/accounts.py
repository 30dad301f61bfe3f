"""What GitHub says of an account, for the app below that keeps it."""

from __future__ import annotations

from members.channels.connectors import ConnectorError, github_team
from members.github_accounts.registry import FoundAccount, NoAnswerError


def github_account_called(name: str) -> FoundAccount | None:
    """Return the account on GitHub that has `name` now, None where there is none. Raises `NoAnswerError`."""
    team = github_team()
    if team is None:
        raise NoAnswerError("No GitHub server is connected.")
    try:
        found = team.account_called(name)
    except ConnectorError as error:
        raise NoAnswerError(str(error)) from error
    return FoundAccount(found.number, found.since) if found else None
