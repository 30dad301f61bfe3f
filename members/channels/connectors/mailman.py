"""A mailing list of Mailman 3 (the core's REST interface, 3.1): its lists of people, and how to change them."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

from members.channels.connectors.base import Account, Answer, Api, Privilege

_COUNT = 100


class MailmanList:
    """One list; `name` is its id (``team.lists.example.org``) or its address."""

    def __init__(self, *, url: str, user: str, password: str, name: str, server: str) -> None:
        proof = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._api = Api(url, f"Basic {proof}")
        self._list = name.replace("@", ".")
        self.server = server

    def accounts(self) -> list[Account]:
        """Return members, owners and moderators by address; who owns or moderates the list need not be on it."""
        return [
            *(Account(email, name) for email, name in self._roster("member")),
            *(
                Account(email, name, role=role, is_member=False)
                for role in (Privilege.OWNER, Privilege.MODERATOR)
                for email, name in self._roster(role)
            ),
        ]

    def _roster(self, role: str) -> list[tuple[str, str]]:
        path = f"lists/{quote(self._list, safe='')}/roster/{role}"
        try:
            pages = self._api.pages(path, {"count": _COUNT, "page": 1}, _next_page)
            rows = [row for page in pages for row in page.data.get("entries", [])]
            return [(str(row["email"]).lower(), str(row.get("display_name") or "")) for row in rows]
        except (KeyError, TypeError, ValueError, AttributeError):
            raise self._api.nonsense() from None

    def add(self, identifier: str, name: str) -> bool:
        """Subscribe without asking anybody for a confirmation."""
        wanted = {"list_id": self._list, "subscriber": identifier, "display_name": name}
        done = {"pre_verified": "true", "pre_confirmed": "true", "pre_approved": "true"}
        self._api.ask("POST", "members", data={**wanted, **done}, fine=(409,), about=name)
        return True

    def remove(self, identifier: str, name: str, role: str = "") -> None:
        """Unsubscribe an address, or take it off the owners or moderators."""
        path = f"lists/{quote(self._list, safe='')}/{role or 'member'}/{quote(identifier, safe='')}"
        self._api.ask("DELETE", path, fine=(404,), about=name or identifier)


def _next_page(answer: Answer, number: int) -> dict[str, Any] | None:
    """Return the next page until ``total_size`` is complete or a page is empty."""
    start, rows = int(answer.data.get("start", 0)), len(answer.data.get("entries", []))
    return {"page": number + 1} if rows and start + rows < int(answer.data["total_size"]) else None
