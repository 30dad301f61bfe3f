"""GitHub's repository security advisories (REST, 2022-11-28): who is credited as coordinator, and nothing else.

Advisories that are not published are read too, because coordinating one is work. Of such an advisory no more leaves
this module than the number of the credited account and a day: its id, title and text are read and dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

from members.channels.connectors.github import PAGE, github_api, next_page

_GHSA = re.compile(r"GHSA(-[0-9a-z]{4}){3}")
_TOO_LARGE = 2**63


@dataclass(frozen=True)
class CoordinatorCredited:
    """An accepted credit as coordinator on one advisory."""

    account: int
    """The number of the account; a name can change hands."""
    advisory: str
    """The GHSA id of a published advisory; empty for any other."""
    day: date
    """The day (UTC) of publication; of an advisory that is not published the day of its last change."""


class GitHubAdvisories:
    """The security advisories of repositories and organizations, as far as one token may read them."""

    def __init__(self, *, url: str, token: str) -> None:
        self._api = github_api(url, token)

    def coordinators(self, source: str) -> set[CoordinatorCredited]:
        """Return the accepted coordinator credits of ``owner/repository``, or of a whole organization.

        Raises `ConnectorError`.
        """
        kind = "repos" if "/" in source else "orgs"
        path = "/".join((kind, *(quote(part, safe="") for part in source.split("/")), "security-advisories"))
        pages = self._api.pages(path, PAGE, next_page)
        try:
            return {credited for page in pages for row in page.data for credited in _credited(row)}
        except (KeyError, TypeError, ValueError, AttributeError):
            raise self._api.nonsense() from None


def _credited(row: Any) -> Iterator[CoordinatorCredited]:
    is_published = row["state"] == "published" and bool(row["published_at"])
    day = _day(row["published_at"] if is_published else row["updated_at"] or row["created_at"])
    advisory = str(row["ghsa_id"]) if is_published else ""
    if is_published and not _GHSA.fullmatch(advisory):
        raise ValueError("no GHSA id")
    for credit in row["credits_detailed"] or ():
        if credit["type"] == "coordinator" and credit["state"] == "accepted" and credit["user"]:
            yield CoordinatorCredited(_number(credit["user"]["id"]), advisory, day)


def _day(moment: Any) -> date:
    """Return the day in UTC of a moment as GitHub writes it."""
    when = datetime.fromisoformat(moment)
    if when.tzinfo is None:
        raise ValueError("a moment without a zone")
    return when.astimezone(UTC).date()


def _number(value: Any) -> int:
    if type(value) is not int or not 0 < value < _TOO_LARGE:
        raise ValueError("no number of an account")
    return value
