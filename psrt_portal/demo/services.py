"""Local servers that answer as GitHub, Mailman 3 and Discord do, as far as drift checks ask them.

For the demo and the tests: state in memory, pages, invitations, rate limits, and faults on request.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import unquote

TOKEN = "only-for-local-servers"  # noqa: S105  opens nothing but the servers below


@dataclass(frozen=True)
class ServiceRequest:
    """A request to a service."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any]
    authorization: str
    address: str
    """Scheme, host and path, for links to further pages."""


@dataclass(frozen=True)
class ServiceAnswer:
    """The answer of a service; text is sent as it is."""

    status: int
    data: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


Route = tuple[str, str, Callable[..., ServiceAnswer]]


class Service:
    """The common part of the three services; `prefix` is the first part of a service's addresses."""

    prefix: ClassVar[str]

    def __init__(self) -> None:
        self.log: list[ServiceRequest] = []
        self.page_limit = 1000
        """The most rows on a page, whatever was asked for."""
        self.too_many = 0
        """The number of next requests that are over the rate limit; -1 means all of them, for an hour."""
        self.fault: ServiceAnswer | None = None
        self.hangs_for = 0.0

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """Return the answer to a request, or the fault that a test has set."""
        self.log.append(request)
        time.sleep(self.hangs_for)
        if self.fault:
            return self.fault
        if request.authorization != self.authorization():
            return ServiceAnswer(401, {"message": "Bad credentials"})
        if self.too_many:
            self.too_many -= self.too_many > 0
            return self.slow_down(3600.0 if self.too_many < 0 else 0.05)
        for method, pattern, act in self.routes():
            match = re.fullmatch(pattern, request.path)
            if match and method == request.method:
                return act(request, *(unquote(part) for part in match.groups()))
        return ServiceAnswer(404, {"message": "Not Found"})

    def authorization(self) -> str:
        """Return the value of the Authorization header that the service accepts."""
        raise NotImplementedError

    def routes(self) -> list[Route]:
        """Return each method, pattern of a path, and the function that answers."""
        raise NotImplementedError

    def slow_down(self, seconds: float) -> ServiceAnswer:
        """Return the answer to a request over the rate limit; it may be repeated after `seconds`."""
        return ServiceAnswer(429, {"message": "Too many"}, {"Retry-After": str(seconds)})


class GitHub(Service):
    """An organisation with one team."""

    prefix = "/github"

    def __init__(self, org: str = "psrt", team: str = "team") -> None:
        super().__init__()
        self.org = f"/orgs/{org}"
        self.path = f"{self.org}/teams/{team}"
        self.names: dict[int, str] = {}
        """Every account by number."""
        self.organisation: set[int] = set()
        self.members: list[int] = []
        self.invitations: list[dict[str, Any]] = []
        self.maintainers: set[int] = set()
        self.owners: list[int] = []
        """The owners of the organisation."""
        self.advisories: dict[str, list[dict[str, Any]]] = {}
        """The security advisories of each repository (``owner/name``), and of each organisation."""
        self.refused: dict[str, int] = {}
        """The status with which a change about an account is refused, by its name."""

    def join(self, number: int, name: str, *, team: bool = True) -> None:
        """Add an account to the organisation, and to the team unless `team` is false."""
        self.names[number] = name
        self.organisation.add(number)
        if team:
            self.members.append(number)

    def invite(self, name: str | None, email: str | None = None) -> None:
        """Add an invitation that is not accepted yet; GitHub shows no name for one by mail address."""
        self.invitations.append({"id": 9000 + len(self.invitations), "login": name, "email": email})

    def authorization(self) -> str:
        """Return the Authorization header with the token, as GitHub takes it."""
        return f"Bearer {TOKEN}"

    def routes(self) -> list[Route]:
        """Return the parts of GitHub's interface that the connector uses."""
        path = re.escape(self.path)
        return [
            ("GET", f"{path}/members", self._list_members),
            ("GET", f"{path}/invitations", lambda request: self._page(request, self.invitations)),
            ("PUT", f"{path}/memberships/([^/]+)", self._put),
            ("DELETE", f"{path}/memberships/([^/]+)", self._delete),
            ("GET", f"{re.escape(self.org)}/members", self._list_organisation),
            ("GET", "/repos/([^/]+/[^/]+)/security-advisories", self._list_advisories),
            ("GET", "/orgs/([^/]+)/security-advisories", self._list_advisories),
            ("GET", "/user/([0-9]+)", self._user),
            ("GET", "/users/([^/]+)", self._user_named),
        ]

    def slow_down(self, seconds: float) -> ServiceAnswer:
        """Return GitHub's answer to a request over the rate limit."""
        headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(time.time() + seconds)}
        return ServiceAnswer(403, {"message": "API rate limit exceeded"}, headers)

    def _list_members(self, request: ServiceRequest) -> ServiceAnswer:
        only = self.maintainers if request.query.get("role") == "maintainer" else set(self.members)
        return self._page(request, [self._row(number) for number in self.members if number in only])

    def _list_organisation(self, request: ServiceRequest) -> ServiceAnswer:
        numbers = self.owners if request.query.get("role") == "admin" else sorted(self.organisation)
        return self._page(request, [self._row(number) for number in numbers])

    def advise(self, source: str, advisory: str, *, changed: datetime, published: bool, **credited: int) -> None:
        """Add an advisory last changed, and published, at one moment; `credited` are accounts by type of credit."""
        moment = changed.isoformat().replace("+00:00", "Z")
        details = [
            {"user": {**self._row(number), "type": "User"}, "type": kind, "state": "accepted"}
            for kind, number in credited.items()
        ]
        row = {
            "ghsa_id": advisory,
            "summary": f"What {advisory} is about",
            "description": f"How {advisory} is exploited",
            "state": "published" if published else "draft",
            "created_at": moment,
            "updated_at": moment,
            "published_at": moment if published else None,
            "credits_detailed": details,
        }
        self.advisories.setdefault(source, []).append(row)

    def _list_advisories(self, request: ServiceRequest, source: str) -> ServiceAnswer:
        if source not in self.advisories:
            return ServiceAnswer(404, {"message": "Not Found"})
        return self._page(request, self.advisories[source])

    def _row(self, number: int) -> dict[str, Any]:
        name = self.names[number]
        return {"login": name, "id": number, "html_url": f"https://github.com/{name}"}

    def _page(self, request: ServiceRequest, rows: list[Any]) -> ServiceAnswer:
        size = min(int(request.query.get("per_page", "30")), 100, self.page_limit)
        number = int(request.query.get("page", "1"))
        shown = rows[(number - 1) * size : number * size]
        more = "".join(f"{key}={value}&" for key, value in request.query.items() if key == "role")
        link = f"{request.address}?{more}per_page={size}&page="
        headers = {"Link": f'<{link}{number + 1}>; rel="next", <{link}1>; rel="first"'}
        return ServiceAnswer(200, shown, headers if len(rows) > number * size else {})

    def _number(self, name: str) -> int | None:
        return next((number for number, login in self.names.items() if login.casefold() == name.casefold()), None)

    def _put(self, _request: ServiceRequest, name: str) -> ServiceAnswer:
        number = self._number(name)
        if name in self.refused:
            return ServiceAnswer(self.refused[name], {"message": "Forbidden"})
        if number is None:
            return ServiceAnswer(404, {"message": "Not Found"})
        if number not in self.organisation:
            self.invite(self.names[number])
            return ServiceAnswer(200, {"state": "pending", "role": "member"})
        if number not in self.members:
            self.members.append(number)
        return ServiceAnswer(200, {"state": "active", "role": "member"})

    def _delete(self, _request: ServiceRequest, name: str) -> ServiceAnswer:
        number, invited = (
            self._number(name),
            [invitation for invitation in self.invitations if invitation["login"] == name],
        )
        if name in self.refused:
            return ServiceAnswer(self.refused[name], {"message": "Forbidden"})
        if number in self.members:
            self.members.remove(number)
            self.maintainers.discard(number)
        elif invited:
            self.invitations.remove(invited[0])
        else:
            return ServiceAnswer(404, {"message": "Not Found"})
        return ServiceAnswer(204)

    def _user(self, _request: ServiceRequest, number: str) -> ServiceAnswer:
        is_there = int(number) in self.names
        return ServiceAnswer(200, self._row(int(number))) if is_there else ServiceAnswer(404, {"message": "Not Found"})

    def _user_named(self, _request: ServiceRequest, name: str) -> ServiceAnswer:
        number = self._number(name)
        if number is None:
            return ServiceAnswer(404, {"message": "Not Found"})
        made = datetime(2011 + number % 12, 1 + number % 12, 25, 18, 44, 36, tzinfo=UTC).isoformat()
        return ServiceAnswer(200, {**self._row(number), "type": "User", "created_at": made.replace("+00:00", "Z")})


class Mailman(Service):
    """The core with one list."""

    prefix = "/mailman/3.1"

    def __init__(self, address: str = "team@lists.example.org", user: str = "restadmin") -> None:
        super().__init__()
        self.address, self.list_id, self.user = address, address.replace("@", "."), user
        self.subscribers: dict[str, str] = {}
        """Display names by address."""
        self.privileged: dict[str, dict[str, str]] = {"owner": {}, "moderator": {}}
        """Display names by address, of owners and of moderators; they need not be subscribed."""

    def authorization(self) -> str:
        """Return the Authorization header with the token, as Mailman takes it."""
        return "Basic " + base64.b64encode(f"{self.user}:{TOKEN}".encode()).decode()

    def routes(self) -> list[Route]:
        """Return the parts of Mailman's interface that the connector uses."""
        path = f"/lists/{re.escape(self.list_id)}"
        return [
            ("GET", f"{path}/roster/(member|owner|moderator)", self._roster),
            ("POST", "/members", self._subscribe),
            ("DELETE", f"{path}/(member|owner|moderator)/([^/]+)", self._unsubscribe),
        ]

    def _people(self, role: str) -> dict[str, str]:
        return self.subscribers if role == "member" else self.privileged[role]

    def _roster(self, request: ServiceRequest, role: str) -> ServiceAnswer:
        size, number = min(int(request.query["count"]), self.page_limit), int(request.query["page"])
        start = (number - 1) * size
        rows = [
            {"email": email, "display_name": name, "role": role, "list_id": self.list_id}
            for email, name in sorted(self._people(role).items())
        ]
        page = {"start": start, "total_size": len(rows), "entries": rows[start : start + size]}
        return ServiceAnswer(200, page if rows else {"start": 0, "total_size": 0})

    def _subscribe(self, request: ServiceRequest) -> ServiceAnswer:
        email, body = str(request.body["subscriber"]).lower(), request.body
        if body.get("list_id") != self.list_id:
            return ServiceAnswer(400, {"title": "400 Bad Request"})
        if email in self.subscribers:
            return ServiceAnswer(409, {"title": "409 Conflict"})
        if {body.get(word) for word in ("pre_verified", "pre_confirmed", "pre_approved")} != {"true"}:
            return ServiceAnswer(202, {"token_owner": "subscriber"})
        self.subscribers[email] = str(body.get("display_name", ""))
        return ServiceAnswer(201)

    def _unsubscribe(self, _request: ServiceRequest, role: str, email: str) -> ServiceAnswer:
        return (
            ServiceAnswer(204)
            if self._people(role).pop(email, None) is not None
            else ServiceAnswer(404, {"title": "404 Not Found"})
        )


class Discord(Service):
    """A Discord server with one role that counts; some people are on it without the role."""

    prefix = "/discord/api/v10"

    def __init__(self, guild: str = "700", role: str = "800") -> None:
        super().__init__()
        self.guild, self.role = guild, role
        self.people: dict[int, str] = {}
        """Names by number."""
        self.holders: set[int] = set()
        self.owner = 1
        """The number of the account that owns the server."""
        self.administrators: set[int] = set()

    def join(self, number: int, name: str, *, role: bool = True) -> None:
        """Add an account to the server, with the role unless `role` is false."""
        self.people[number] = name
        if role:
            self.holders.add(number)

    def authorization(self) -> str:
        """Return the Authorization header with the token, as Discord takes it."""
        return f"Bot {TOKEN}"

    def routes(self) -> list[Route]:
        """Return the parts of Discord's interface that the connector uses."""
        members = f"/guilds/{self.guild}/members"
        return [
            ("GET", members, self._members),
            (
                "GET",
                f"/guilds/{self.guild}",
                lambda _: ServiceAnswer(200, {"id": self.guild, "owner_id": str(self.owner)}),
            ),
            ("GET", f"/guilds/{self.guild}/roles", self._roles),
            ("PUT", f"{members}/([0-9]+)/roles/{self.role}", self._give),
            ("DELETE", f"{members}/([0-9]+)/roles/{self.role}", self._take),
        ]

    def slow_down(self, seconds: float) -> ServiceAnswer:
        """Return Discord's answer to a request over the rate limit."""
        headers = {"Retry-After": str(seconds), "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": str(seconds)}
        return ServiceAnswer(429, {"message": "You are being rate limited.", "retry_after": seconds}, headers)

    def _members(self, request: ServiceRequest) -> ServiceAnswer:
        size = min(int(request.query.get("limit", "1")), 1000, self.page_limit)
        after = int(request.query.get("after", "0"))
        numbers = sorted(number for number in self.people if number > after)[:size]
        return ServiceAnswer(200, [self._member(number) for number in numbers])

    def _member(self, number: int) -> dict[str, Any]:
        name = self.people[number]
        user = {"id": str(number), "username": name.lower().replace(" ", "."), "global_name": name}
        roles = [self.role] if number in self.holders else []
        roles += ["802"] if number in self.administrators else []
        return {"user": user, "nick": None, "roles": ["801", *roles]}

    def _roles(self, _request: ServiceRequest) -> ServiceAnswer:
        permissions = {self.role: "1024", "801": "0", "802": str(1 << 3)}
        return ServiceAnswer(200, [{"id": number, "permissions": bits} for number, bits in permissions.items()])

    def _give(self, _request: ServiceRequest, number: str) -> ServiceAnswer:
        if int(number) not in self.people:
            return ServiceAnswer(404, {"message": "Unknown Member", "code": 10007})
        self.holders.add(int(number))
        return ServiceAnswer(204)

    def _take(self, _request: ServiceRequest, number: str) -> ServiceAnswer:
        self.holders.discard(int(number))
        return (
            ServiceAnswer(204)
            if int(number) in self.people
            else ServiceAnswer(404, {"message": "Unknown Member", "code": 10007})
        )
