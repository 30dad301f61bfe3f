"""A GitHub team (REST, 2022-11-28): its members and maintainers, whom it has invited, the owners of its organization.

The number of an account is its identity. A name may belong to somebody else by now, so before a
change the name is asked for by the number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from members.channels.connectors.base import Account, Answer, Api, ConnectorError, Privilege

PAGE = {"per_page": 100}


@dataclass(frozen=True)
class AccountProfile:
    """The account of a person that has a name at the moment; it may have been somebody else's before."""

    number: int
    since: datetime
    """When it was made, with its time zone."""
    url: str
    """Its page on GitHub; empty when the server gave none that a browser can open."""


def github_api(url: str, token: str) -> Api:
    """Return the questions to GitHub that one token may ask."""
    headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
    return Api(url, f"Bearer {token}", {**headers, "User-Agent": "psrt-portal"})


class GitHubTeam:
    """One team of one organisation."""

    def __init__(self, *, url: str, token: str, org: str, team: str, server: str) -> None:
        self._api = github_api(url, token)
        self._org = f"orgs/{quote(org, safe='')}"
        self._team = f"{self._org}/teams/{quote(team, safe='')}"
        self.server = server

    def accounts(self) -> list[Account]:
        """Members and owners by number; invitations carry a name or an address, never a number."""
        try:
            maintainers = {int(one["id"]) for one in self._listed(f"{self._team}/members", role="maintainer")}
            members = [_member(one, maintainers) for one in self._listed(f"{self._team}/members")]
            invited = [_invited(one) for one in self._listed(f"{self._team}/invitations")]
            owners = [_owner(one) for one in self._listed(f"{self._org}/members", role="admin")]
        except (KeyError, TypeError, ValueError, AttributeError):
            raise self._api.nonsense() from None
        return [*members, *invited, *owners]

    def account_called(self, name: str) -> AccountProfile | None:
        """Return the account of a person that has this name now, None without one. Raises `ConnectorError`."""
        answer = self._api.ask("GET", f"users/{quote(name, safe='')}", fine=(404,))
        if answer.status == 404:
            return None
        try:
            user = answer.data
            is_it = str(user["login"]).casefold() == name.casefold() and user["type"] == "User"
            since = datetime.fromisoformat(user["created_at"])
            profile = AccountProfile(int(user["id"]), since, _openable(str(user.get("html_url") or "")))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise self._api.nonsense() from None
        return profile if is_it and since.tzinfo else None

    def _listed(self, path: str, **wanted: str) -> list[Any]:
        return [row for page in self._api.pages(path, {**PAGE, **wanted}, next_page) for row in page.data]

    def add(self, identifier: str, name: str) -> bool:
        """Add an account: at once if it is in the organisation, else by an invitation to both."""
        path = self._membership(self._name_of(identifier, name))
        answer = self._api.ask("PUT", path, json={"role": "member"}, about=name)
        return isinstance(answer.data, dict) and answer.data.get("state") == "active"

    def remove(self, identifier: str, name: str, role: str = "") -> None:
        """Take out an account, a maintainer too, or take back an invitation, but for one by address.

        That one has no name to ask for. The owners of the organization are changed by hand.
        """
        if "@" in name:
            raise ConnectorError(f"{name} was invited by address. Take the invitation back on the server itself.")
        self._api.ask("DELETE", self._membership(self._name_of(identifier, name)), fine=(404,), about=name)

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


def next_page(answer: Answer, _number: int) -> str | None:
    """Return the address of the page after this one, by GitHub's Link header; None after the last one."""
    links = requests.utils.parse_header_links(answer.headers.get("Link", ""))
    return next((link["url"] for link in links if link.get("rel") == "next"), None)


def _member(row: Any, maintainers: set[int]) -> Account:
    number = int(row["id"])
    return Account(str(number), str(row["login"]), role=Privilege.MAINTAINER if number in maintainers else "")


def _owner(row: Any) -> Account:
    return Account(str(int(row["id"])), str(row["login"]), role=Privilege.ORGANIZATION_OWNER, is_member=False)


def _openable(url: str) -> str:
    """Return an address for a link on a page; what is no web address, or too long to be kept, is left out."""
    try:
        is_web = urlsplit(url).scheme in {"https", "http"}
    except ValueError:
        is_web = False
    return url if is_web and len(url) <= 200 else ""


def _invited(row: Any) -> Account:
    """Return an invitation as an account; a person invited by address has no name yet."""
    address = str(row.get("email") or "").lower()
    return Account("", str(row.get("login") or address), is_pending=True, also=(address,) if address else ())
