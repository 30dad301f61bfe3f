"""A role on a Discord server (REST, version 10): who has it, who runs the server, and how to give and take it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from members.channels.connectors.base import Account, Answer, Api, ConnectorError, Privilege

_LIMIT = 1000
#: The bit of a role that permits everything.
_ADMINISTRATOR = 1 << 3


class DiscordRole:
    """One role of one server. Discord calls a server a guild."""

    def __init__(self, *, url: str, token: str, guild: str, role: str, server: str) -> None:
        self._api = Api(url, f"Bot {token}", {"User-Agent": "DiscordBot (https://www.python.org/psrt, 1)"})
        self._guild = f"guilds/{quote(guild, safe='')}"
        self._members, self._role = f"{self._guild}/members", role
        self.server = server

    def accounts(self) -> list[Account]:
        """Read the whole server: who has the role, who owns the server, and whose roles permit everything."""
        try:
            owner = str(self._api.ask("GET", self._guild).data["owner_id"])
            administrators = {
                str(role["id"])
                for role in self._api.ask("GET", f"{self._guild}/roles").data
                if int(role["permissions"]) & _ADMINISTRATOR
            }
            pages = self._api.pages(self._members, {"limit": _LIMIT, "after": "0"}, _next_page)
            rows = [(row, {str(role) for role in row["roles"]}) for page in pages for row in page.data]
            return [
                *(_account(row) for row, roles in rows if self._role in roles),
                *(_account(row, Privilege.SERVER_OWNER) for row, _roles in rows if str(row["user"]["id"]) == owner),
                *(_account(row, Privilege.ADMINISTRATOR) for row, roles in rows if roles & administrators),
            ]
        except (KeyError, TypeError, ValueError, AttributeError):
            raise self._api.nonsense() from None

    def add(self, identifier: str, name: str) -> bool:
        """Give the role to somebody who has joined the server; nobody can be invited this way."""
        if self._api.ask("PUT", self._path(identifier), fine=(404,), about=name).status == 404:
            raise ConnectorError(f"{name} has not joined the Discord server, so there is nobody to give the role to.")
        return True

    def remove(self, identifier: str, name: str, role: str = "") -> None:
        """Take the role; somebody who has left the server has none. Who runs the server is changed by hand."""
        self._api.ask("DELETE", self._path(identifier), fine=(404,), about=name)

    def _path(self, identifier: str) -> str:
        return f"{self._members}/{quote(identifier, safe='')}/roles/{quote(self._role, safe='')}"


def _next_page(answer: Answer, _number: int) -> dict[str, Any] | None:
    """Return the next page until one is empty: a server may give fewer than were asked for."""
    return {"after": str(max(int(row["user"]["id"]) for row in answer.data))} if answer.data else None


def _account(row: Any, role: str = "") -> Account:
    user = row["user"]
    names = [name for name in (row.get("nick"), user.get("global_name"), user.get("username")) if name]
    shown = str(next(iter(names), ""))
    return Account(str(int(user["id"])), shown, also=tuple(map(str, names)), role=role, is_member=not role)
