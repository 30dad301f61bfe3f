"""Small traffic: visitors, a member, a reporter and voters, each asking again and again."""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections.abc import Callable
from functools import partial
from http.client import HTTPException

from tests.bench.chaos.house import House
from tests.bench.chaos.judging import CUT, Sample
from tests.services.production import Reply, report

RECEIPT = re.compile(r"\b(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}\b")
#: The pages that are read, whom as, and the status that they have when all is well.
PAGES = [("/members/", ""), ("/healthz", ""), ("/readyz", ""), ("/report/", ""), ("/dashboard/", "Mel Member")]
#: Seconds between two requests of one reader, one reporter, one voter.
READ, REPORT, BALLOT = 0.4, 3.0, 1.5
_numbers = itertools.count(1)


class Acknowledged:
    """What the portal has said that it has."""

    def __init__(self) -> None:
        #: Addresses of reporters, each of one report.
        self.reports: set[str] = set()
        #: By voter: the receipt of each attempt in their order; empty where there was no answer with one.
        self.ballots: dict[str, list[str]] = {}
        self.lock = threading.Lock()

    def attempt(self, voter: str, receipt: str) -> None:
        """Note what came of a ballot."""
        with self.lock:
            self.ballots.setdefault(voter, []).append(receipt)

    def count(self) -> dict[str, int]:
        """Return by voter how many ballots have a receipt."""
        with self.lock:
            return {voter: sum(1 for one in receipts if one) for voter, receipts in self.ballots.items()}


class Traffic:
    """Requests of several people until it is stopped."""

    def __init__(self, house: House, acknowledged: Acknowledged) -> None:
        self.house, self.acknowledged = house, acknowledged
        self.samples: list[Sample] = []
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Let everybody begin."""
        self._stop = threading.Event()
        habits: list[tuple[Callable[[], object], float]] = [
            *((partial(self.read, *page), READ) for page in PAGES),
            (self.report, REPORT),
            (self.vote, BALLOT),
        ]
        self._threads = [threading.Thread(target=self._repeat, args=habit, daemon=True) for habit in habits]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let everybody finish what they have begun, however long that takes."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _repeat(self, act: Callable[[], object], pause: float) -> None:
        while not self._stop.is_set():
            act()
            self._stop.wait(pause)

    def read(self, path: str, person: str = "") -> int:
        """Read a page; return the status."""
        return self._ask(path, lambda: self.house.get(path, person))[0]

    def report(self) -> str:
        """Hand in a report; return the reporter's address if it was taken, else nothing."""
        number = next(_numbers)
        email = f"reporter-{number}@example.net"
        fields = report(summary=f"Report {number} of the chaos", reporter_email=email)
        source = f"198.51.100.{number % 250}"
        status, _ = self._ask("POST /report/", lambda: self.house.post("/report/", fields, address=source))
        if status != 303:
            return ""
        self.acknowledged.reports.add(email)
        return email

    def vote(self) -> str:
        """Let the next voter vote; return the receipt, or nothing."""
        voters = self.house.voters
        voter, choice = voters[next(_numbers) % len(voters)], ("yes", "no", "abstain")[next(_numbers) % 3]
        status, text = self._ask("ballot", lambda: self._ballot(voter, choice))
        receipts = RECEIPT.findall(text) if status == 200 else []
        self.acknowledged.attempt(voter, receipts[0] if receipts else "")
        return receipts[0] if receipts else ""

    def _ballot(self, voter: str, choice: str) -> Reply:
        """Post a ballot, and follow it to the receipt as a browser does."""
        reply = self.house.post(self.house.vote, {"choice": choice}, voter)
        carried = reply.headers.get("Set-Cookie", "").partition(";")[0]
        if reply.status != 302 or "receipt=" not in carried:
            return reply
        return self.house.get(reply.headers["Location"], voter, carried=carried)

    def _ask(self, page: str, ask: Callable[[], Reply]) -> tuple[int, str]:
        began = time.monotonic()
        try:
            reply = ask()
            status, text = reply.status, " ".join(reply.text.split())
        except (OSError, HTTPException):
            status, text = CUT, ""
        self.samples.append(Sample(page, status, time.monotonic() - began))
        return status, text

    def is_well(self) -> bool:
        """Ask for everything once, one after the other; return whether each answer is the usual one."""
        return (
            all(self.read(path, person) == 200 for path, person in PAGES) and self.report() != "" and self.vote() != ""
        )
