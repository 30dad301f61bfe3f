"""Voters who post ballots over HTTP, many at once, each with a session of their own."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from members.people.models import Person
from nominations.models import Nomination
from nominations.tally import Choice
from tests.cast import cookie_of, sign_in
from tests.factories import give_login, make_member

T = TypeVar("T")
#: Twice as many as gunicorn has threads, so that some always wait at its door.
THREADS = 16
#: Django compares the form's token with the cookie's; what it is does not matter.
TOKEN = "c" * 32
RECEIPT = re.compile(r"\b(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}\b")


@dataclass(frozen=True)
class Voter:
    """A member and the cookies of their browser."""

    person: Person
    session: str
    token: str = TOKEN

    @property
    def cookies(self) -> str:
        return f"{settings.SESSION_COOKIE_NAME}={self.session}; {settings.CSRF_COOKIE_NAME}={self.token}"


@dataclass(frozen=True)
class Answer:
    """An answer, and the two moments of this process between which the portal gave it."""

    voter: Voter
    choice: Choice
    status: int
    receipts: list[str]
    location: str
    began: float
    ended: float


def sign_in_voters(count: int) -> list[Voter]:
    """Members with a login each, signed in, who showed their second factor just now."""
    with transaction.atomic():
        return [_voter(make_member(f"Voter{number:03} Storm")) for number in range(count)]


def _voter(person: Person) -> Voter:
    give_login(person)
    return Voter(person, cookie_of(sign_in(Client(), person)))


@dataclass(frozen=True)
class Booth:
    """The voting page of one nomination on a portal that runs."""

    port: int
    nomination: Nomination

    @property
    def page(self) -> str:
        return reverse("nominations:vote", args=[self.nomination.pk])

    def post(self, voter: Voter, choice: Choice, *, token: str = TOKEN) -> Answer:
        """Post a ballot as the browser of `voter` does, and follow it to the receipt."""
        form = urlencode({"csrfmiddlewaretoken": token, "choice": choice})
        began = time.monotonic()
        status, headers, text = self._ask("POST", self.page, voter, form)
        ended, location = time.monotonic(), headers.get("Location", "")
        carried = headers.get("Set-Cookie", "").partition(";")[0]
        if carried.startswith(f"{settings.RECEIPT_COOKIE_NAME}="):
            status, _, text = self._ask("GET", location, voter, carried=carried)
        return Answer(voter, choice, status, RECEIPT.findall(text)[:1], location, began, ended)

    def get(self, voter: Voter, path: str) -> str:
        """Return the text of a page that must be there."""
        status, _, text = self._ask("GET", path, voter)
        assert status == 200
        return text

    def _ask(
        self, method: str, path: str, voter: Voter, form: str = "", *, carried: str = ""
    ) -> tuple[int, dict[str, str], str]:
        """Send a request on a connection of its own: a kept one would always reach the same process of gunicorn."""
        host = f"localhost:{self.port}"
        cookies = f"{voter.cookies}; {carried}" if carried else voter.cookies
        headers = {"Host": host, "Cookie": cookies, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        http = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            http.request(method, path, form or None, headers)
            answer = http.getresponse()
            return answer.status, dict(answer.getheaders()), " ".join(answer.read().decode().split())
        finally:
            http.close()


def at_once(calls: Iterable[Callable[[], T]], threads: int = THREADS) -> list[T]:
    """Run `calls` in the order given, `threads` at a time; raise the first error."""

    def run(act: Callable[[], T]) -> T:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, calls))
