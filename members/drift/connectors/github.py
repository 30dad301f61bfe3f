"""A GitHub team (REST, 2022-11-28): its members, whom it has invited, and how to change that.

The number of an account is its identity. A name may belong to somebody else by now, so before a
change the name is asked for by the number.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

import requests

from members.drift.connectors.base import Account, Answer, Api, ConnectorError

_PAGE = {"per_page": 100}


class GitHubTeam:
    """One team of one organisation."""

    def __init__(self, *, url: str, token: str, org: str, team: str, server: str) -> None:
        headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        self._api = Api(url, f"Bearer {token}", {**headers, "User-Agent": "psrt-portal"})
        self._team = f"orgs/{quote(org, safe='')}/teams/{quote(team, safe='')}"
        self.server = server

    def accounts(self) -> list[Account]:
        """Members by number; invitations carry a name or an address, never a number."""
        try:
            members = [Account(str(int(one["id"])), str(one["login"])) for one in self._listed(f"{self._team}/members")]
            invited = [_invited(one) for one in self._listed(f"{self._team}/invitations")]
        except (KeyError, TypeError, ValueError, AttributeError):
            raise self._api.nonsense() from None
        return [*members, *invited]

    def _listed(self, path: str) -> list[Any]:
        return [row for page in self._api.pages(path, _PAGE, _next_page) for row in page.data]

    def add(self, identifier: str, name: str) -> bool:
        """Add an account: at once if it is in the organisation, else by an invitation to both."""
        answer = self._api.ask("PUT", self._membership(self._name_of(identifier, name)), json={"role": "member"})
        return isinstance(answer.data, dict) and answer.data.get("state") == "active"

    def remove(self, identifier: str, name: str) -> None:
        """Take out an account, or take back an invitation, but for one by address, which has no name to ask for."""
        if "@" in name:
            raise ConnectorError(f"{name} was invited by address. Take the invitation back on the server itself.")
        self._api.ask("DELETE", self._membership(self._name_of(identifier, name)), fine=(404,))

    def account_called(self, name: str) -> tuple[int, datetime] | None:
        """Return number and beginning (UTC) of the account of a person that has this name now, None without one."""
        answer = self._api.ask("GET", f"users/{quote(name, safe='')}", fine=(404,))
        if answer.status == 404:
            return None
        try:
            is_it = str(answer.data["login"]).casefold() == name.casefold() and answer.data["type"] == "User"
            account = int(answer.data["id"]), datetime.fromisoformat(answer.data["created_at"])
        except (KeyError, TypeError, ValueError):
            raise self._api.nonsense() from None
        return account if is_it and account[1].tzinfo else None

    def _membership(self, name: str) -> str:
        return f"{self._team}/memberships/{quote(name, safe='')}"

    def _name_of(self, identifier: str, name: str) -> str:
        if not identifier:
            return name
        answer = self._api.ask("GET", f"user/{quote(identifier, safe='')}", fine=(404,))
        if answer.status == 404:
            raise ConnectorError(f"{self._api.host} has no account with the number of {name} any more.")
        try:
            return str(answer.data["login"])
        except (KeyError, TypeError):
            raise self._api.nonsense() from None


def _next_page(answer: Answer, _number: int) -> str | None:
    links = requests.utils.parse_header_links(answer.headers.get("Link", ""))
    return next((link["url"] for link in links if link.get("rel") == "next"), None)


def _invited(row: Any) -> Account:
    """Return an invitation as an account; a person invited by address has no name yet."""
    address = str(row.get("email") or "").lower()
    return Account("", str(row.get("login") or address), is_pending=True, also=(address,) if address else ())
