"""A role on a Discord server (REST, version 10): who has it, and how to give and take it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from members.drift.connectors.base import Account, Answer, Api, ConnectorError

_LIMIT = 1000


class DiscordRole:
    """One role of one server. Discord calls a server a guild."""

    def __init__(self, *, url: str, token: str, guild: str, role: str, server: str) -> None:
        self._api = Api(url, f"Bot {token}", {"User-Agent": "DiscordBot (https://www.python.org/psrt, 1)"})
        self._members, self._role = f"guilds/{quote(guild, safe='')}/members", role
        self.server = server

    def accounts(self) -> list[Account]:
        """Read the members of the whole server in order of their number, and keep those with the role."""
        try:
            pages = self._api.pages(self._members, {"limit": _LIMIT, "after": "0"}, _next_page)
            return [_account(row) for page in pages for row in page.data if self._role in map(str, row["roles"])]
        except (KeyError, TypeError, ValueError, AttributeError):
            raise self._api.nonsense() from None

    def add(self, identifier: str, name: str) -> bool:
        """Give the role to somebody who has joined the server; nobody can be invited this way."""
        if self._api.ask("PUT", self._path(identifier), fine=(404,)).status == 404:
            raise ConnectorError(f"{name} has not joined the Discord server, so there is nobody to give the role to.")
        return True

    def remove(self, identifier: str, name: str) -> None:
        """Take the role; somebody who has left the server has none."""
        self._api.ask("DELETE", self._path(identifier), fine=(404,))

    def _path(self, identifier: str) -> str:
        return f"{self._members}/{quote(identifier, safe='')}/roles/{quote(self._role, safe='')}"


def _next_page(answer: Answer, _number: int) -> dict[str, Any] | None:
    """Return the next page until one is empty: a server may give fewer than were asked for."""
    return {"after": str(max(int(row["user"]["id"]) for row in answer.data))} if answer.data else None


def _account(row: Any) -> Account:
    user = row["user"]
    names = [name for name in (row.get("nick"), user.get("global_name"), user.get("username")) if name]
    return Account(str(int(user["id"])), str(next(iter(names), "")), also=tuple(str(name) for name in names))
