"""Shared by the connectors: an account, an error in words, and careful questions to a foreign server.

A token goes to one host only, and into no error: what a server says is never repeated, because an
error page may quote what it was sent.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import AuthBase

from web import outside_json
from web.dates import moment_in_words

#: Seconds to connect, and seconds of silence until a server is given up.
TIMEOUTS = (3.0, 10.0)


#: Seconds that all questions of one connector may take together, waits included; below a task's limit.
PATIENCE_SECONDS = 30.0


#: A team of thousands fits; what is longer is not a list of accounts.
MAX_BYTES = 10_000_000


#: More pages than any team has; a server that never ends would otherwise hold a worker.
MAX_PAGES = 200


MAX_REDIRECTS = 3


class ConnectorError(Exception):
    """A channel could not be read or changed; the message is a sentence for a page."""


class Privilege(StrEnum):
    """What an account may do in a channel beside being in it, in the words of a page."""

    MAINTAINER = "maintainer"
    OWNER = "owner"
    MODERATOR = "moderator"
    ORGANIZATION_OWNER = "organization owner"
    ADMINISTRATOR = "administrator"
    SERVER_OWNER = "server owner"


#: Privileges that the portal does not take away, with what an admin does instead. Its tokens need no power over a whole
#: organization or server, of which the team is a part (docs/adr/0120).
BY_HAND = {
    Privilege.ORGANIZATION_OWNER: "Another owner of the organization changes it on GitHub: People, Change role.",
    Privilege.ADMINISTRATOR: "An administrator takes the role away in Discord: Server Settings, Members.",
    Privilege.SERVER_OWNER: "Only they can transfer the server in Discord: Server Settings, Members.",
}
#: Privileges that belong to the channel itself, so that somebody unknown who has one is a finding. Owners of a whole
#: organization or server are many, and need not be on the roster.
OF_THE_CHANNEL = frozenset({Privilege.MAINTAINER, Privilege.OWNER, Privilege.MODERATOR})


@dataclass(frozen=True)
class Account:
    """One account as a channel lists it, once for its membership and once for each other list it is on."""

    identifier: str
    """In lower case, what the channel knows it by: a number, an address. Empty for an invitation."""
    name: str = ""
    """The name it shows."""
    is_pending: bool = False
    """Invited, and not yet in."""
    also: tuple[str, ...] = ()
    """Further names or addresses that the channel shows for it."""
    role: str = ""
    """The `Privilege` it has; empty for a plain member."""
    is_member: bool = True
    """Whether this is its membership, and not only a privilege, which an account may have without being a member."""


class Connector(Protocol):
    """One channel at one server."""

    server: str

    def accounts(self) -> list[Account]:
        """Return the people in the channel, those invited to it and those with a privilege; raises `ConnectorError`."""

    def add(self, identifier: str, name: str) -> bool:
        """Let an account in, and say whether it is in at once; False means invited. Raises `ConnectorError`.

        One that is in already stays so.
        """

    def remove(self, identifier: str, name: str, role: str = "") -> None:
        """Take an account out, or take a privilege from it; one without it stays so. Raises `ConnectorError`."""


@dataclass(frozen=True)
class Answer:
    """The answer of a server."""

    status: int
    headers: Mapping[str, str]
    data: Any


class _Credentials(AuthBase):
    """Sets one header. As an auth object, so that a .netrc on the machine cannot replace it."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._value
        return request


class Api:
    """Questions to one server. Use one for one piece of work: its patience is used up together."""

    def __init__(self, base: str, authorization: str, headers: Mapping[str, str] | None = None) -> None:
        self.base = base.rstrip("/") + "/"
        self.host = urlsplit(base).netloc.rpartition("@")[2]
        self._session = requests.Session()
        self._session.auth = _Credentials(authorization)
        self._session.headers.update({"Accept": "application/json", **(headers or {})})
        self._end = time.monotonic() + PATIENCE_SECONDS

    def ask(self, method: str, path: str, *, fine: tuple[int, ...] = (), about: str = "", **options: Any) -> Answer:
        """Ask for `path` below the base, or for a whole address at the same host.

        `fine` are the error codes that are an answer to this question; `about` is the person whom a change is about.
        Waits where the server asks for a short wait. Raises `ConnectorError` for everything else.
        """
        url, hops = self._at_home(self.base, path), 0
        while True:
            answer = self._once(method, url, options)
            wait = _wait_after(answer)
            if answer.status in {301, 302, 307, 308} and method == "GET" and hops < MAX_REDIRECTS:
                url, hops, options = self._at_home(url, answer.headers.get("Location", "")), hops + 1, {}
            elif wait is not None:
                self._wait(wait)
            elif answer.status < 300 or answer.status in fine:
                return answer
            else:
                raise ConnectorError(self._in_words(answer.status, about))

    def pages(self, first: str, params: Mapping[str, Any], following: Callable[[Answer, int], Any]) -> list[Answer]:
        """Every page from `first`; `following` makes the next question of an answer and its number, None to end.

        The next question is an address, or the parameters that change.
        """
        answers, path, query = list[Answer](), first, dict(params)
        while len(answers) < MAX_PAGES:
            answers.append(self.ask("GET", path, params=query))
            follows = following(answers[-1], len(answers))
            if follows is None:
                return answers
            if isinstance(follows, str):
                path, query = follows, {}
            else:
                query = {**query, **follows}
        raise ConnectorError(f"{self.host} has more pages than a team can fill.")

    def _at_home(self, before: str, path: str) -> str:
        """Return where `path` leads from `before`, if that is at the server that may see the token."""
        try:
            url = urljoin(before, path)
            here, there = urlsplit(self.base), urlsplit(url)
        except ValueError:
            raise self.nonsense() from None
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise ConnectorError(f"{self.host} sent us on to another server, so nothing was asked there.")
        return url

    def _once(self, method: str, url: str, options: dict[str, Any]) -> Answer:
        left = self._end - time.monotonic()
        if left <= 0:
            raise ConnectorError(f"{self.host} took too long altogether.")
        timeouts = (min(TIMEOUTS[0], left), min(TIMEOUTS[1], left))
        try:
            with self._session.request(
                method, url, timeout=timeouts, allow_redirects=False, stream=True, **options
            ) as response:
                return Answer(response.status_code, response.headers, self._read(response))
        except requests.Timeout:
            raise ConnectorError(f"{self.host} did not answer in time.") from None
        except requests.RequestException:
            raise ConnectorError(f"{self.host} cannot be reached, or broke off.") from None
        except ValueError:  # of requests, which looks where a redirect leads even when it is not to follow it
            raise self.nonsense() from None

    def _read(self, response: requests.Response) -> Any:
        """Return the JSON of an answer; None for the page of an error, which nobody here reads."""
        body = b""
        for piece in response.iter_content(65_536):
            body += piece
            if len(body) > MAX_BYTES or time.monotonic() > self._end:
                raise ConnectorError(f"{self.host} sent too much, or too slowly.")
        if response.status_code >= 300 or not body:
            return None
        try:
            return outside_json.read(body.decode("utf-8-sig"))
        except ValueError:
            raise self.nonsense() from None

    def nonsense(self) -> ConnectorError:
        """Return the error for an answer that has not the shape it should have."""
        return ConnectorError(f"{self.host} answered something that cannot be read.")

    def _wait(self, seconds: float) -> None:
        if time.monotonic() + seconds >= self._end:
            until = datetime.fromtimestamp(time.time() + seconds, UTC)
            raise ConnectorError(f"{self.host} allows no more questions until {moment_in_words(until)}.")
        time.sleep(seconds)

    def _in_words(self, status: int, about: str) -> str:
        if about and status in {403, 422}:
            return (
                f"{self.host} refused this change for {about} (blocked, or must add a second factor there). "
                "If it refuses everybody, the token may not make changes."
            )
        if status == 403:
            return f"{self.host} refused: the token may not do this, or it has asked too often for now."
        if status == 401:
            return f"{self.host} refused the token."
        if status == 404:
            return f"{self.host} does not know it: a wrong name in the settings, or an account that is gone."
        if status < 400:
            return f"{self.host} sent us on without end."
        return f"{self.host} answered with error {status}."


def _wait_after(answer: Answer) -> float | None:
    """Seconds until the server wants to be asked again; None when it did not complain of too many questions.

    GitHub says 403 or 429 with ``Retry-After``, or with ``X-RateLimit-Remaining: 0`` and ``X-RateLimit-Reset``;
    Discord says 429 with ``Retry-After`` and ``X-RateLimit-Reset-After``, in parts of seconds.
    """
    headers, is_spent = answer.headers, answer.headers.get("X-RateLimit-Remaining") == "0"
    after = _seconds(headers.get("Retry-After"))
    if answer.status != 429 and not (answer.status == 403 and (is_spent or after is not None)):
        return None
    if after is None:
        after = _seconds(headers.get("X-RateLimit-Reset-After"))
    reset = _seconds(headers.get("X-RateLimit-Reset"))
    if after is None and reset is not None:
        after = reset - time.time()
    return min(max(after if after is not None else 60.0, 0.05), 86_400.0)


def _seconds(value: str | None) -> float | None:
    try:
        seconds = float(value or "")
    except ValueError:
        return None
    return seconds if 0 <= seconds < 1e12 else None
