"""What is there, counted in the database and at the mail server, beside what the portal has acknowledged."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, LiteralString

from tests.architecture.source import ROOT
from tests.bench.chaos.house import House
from tests.bench.chaos.judging import Kept, Mails
from tests.bench.chaos.traffic import Acknowledged

#: Seconds for the last mails: a lost worker's are claimed for 30, and a try that failed waits for some more.
MAIL_SECONDS = 120
#: Mails that should be at the mail server, and whether each still waits. What is summed up later, or goes to nobody any
#: more, is none of them.
_DUE: LiteralString = (
    "SELECT message_id, sent_at IS NULL AND failed_at IS NULL FROM notifications_delivery "
    "WHERE carrier_id IS NULL AND NOT is_digest AND dropped_at IS NULL"
)
#: Notices whose recipients were not worked out yet.
_UNWORKED: LiteralString = "SELECT 1 FROM notifications_notice WHERE expanded_at IS NULL"


def wait(holds: Callable[[], bool], seconds: float) -> float | None:
    """Return the moment (`time.monotonic`) at which it held; None if it did not within `seconds`."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return None
        time.sleep(0.1)
    return time.monotonic()


def rows(house: House, statement: LiteralString) -> list[tuple[Any, ...]]:
    """Ask the database as the owner of the tables."""
    with house.as_owner() as connection:
        return connection.execute(statement).fetchall()


class Books:
    """Accounts of one fault: opened before it, read after it."""

    def __init__(self, house: House, acknowledged: Acknowledged) -> None:
        self.house, self.acknowledged = house, acknowledged
        self.reports = set(acknowledged.reports)
        self.receipts = acknowledged.count()
        self.revisions = self._revisions()
        self.mails = {row[0] for row in rows(self.house, "SELECT message_id FROM notifications_delivery")}

    def _revisions(self) -> dict[str, int]:
        return dict(
            rows(
                self.house,
                "SELECT entry.name, slot.revision FROM nominations_sealedballot slot "
                "JOIN nominations_rollentry entry ON entry.id = slot.entry_id",
            )
        )

    def count_reports(self) -> Kept:
        """Compare reports by their reporters."""
        there = {row[0] for row in rows(self.house, "SELECT reporter_email FROM reports_report")}
        acknowledged = self.acknowledged.reports - self.reports
        return Kept(len(acknowledged), len(acknowledged & there))

    def count_ballots(self) -> Kept:
        """Compare by the number of times that a voter's slot was sealed; `count_receipts` opens them at the end."""
        now, receipts = self._revisions(), self.acknowledged.count()
        acknowledged = {voter: count - self.receipts.get(voter, 0) for voter, count in receipts.items()}
        there = {voter: min(count, now[voter] - self.revisions[voter]) for voter, count in acknowledged.items()}
        return Kept(sum(acknowledged.values()), sum(there.values()))

    def count_mails(self) -> Mails:
        """Wait until no mail waits, and compare what is to be sent with what the mail server has.

        What has not become a mail by then is lost for a reader, though a row may still say that it is to be sent.
        """
        wait(lambda: all_is_sent(self.house), MAIL_SECONDS)
        due = {message for message, _ in rows(self.house, _DUE)} - self.mails
        copies = Counter({name: count for name, count in self.house.sink.copies().items() if name not in self.mails})
        thanked = {address for one in list(self.house.sink.received) for address in one.recipients}
        unthanked = self.acknowledged.reports - self.reports - thanked
        lost = max(len(due - set(copies)), len(unthanked), len(rows(self.house, _UNWORKED)))
        return Mails(len(copies), lost, sum(copies.values()) - len(copies))


def all_is_sent(house: House) -> bool:
    """Ask whether every notice has its mails, and each of them went or failed."""
    return not rows(house, _UNWORKED) and not any(waits for _, waits in rows(house, _DUE))


def forget_limits(house: House) -> None:
    """Begin every limit anew: some are for an hour, in which nobody causes fourteen faults."""
    with house.as_owner() as connection:
        connection.execute("DELETE FROM portal_cache")


def count_receipts(house: House, acknowledged: Acknowledged) -> Kept:
    """Let the vote end, wait for its count, and look for the last receipt of each voter on the board.

    A voter whose last attempt got no answer may have replaced the ballot before; of those nothing is expected.
    """
    wanted = {receipts[-1].replace("-", "") for receipts in acknowledged.ballots.values() if receipts[-1]}
    with house.as_owner() as connection:
        connection.execute("UPDATE nominations_vote SET closes_at = clock_timestamp()")

        def is_counted() -> bool:
            return connection.execute("SELECT closed_at FROM nominations_vote").fetchall()[0][0] is not None

        wait(is_counted, MAIL_SECONDS)
        board = {row[0].replace("-", "") for row in connection.execute("SELECT receipt FROM nominations_ballot")}
    return Kept(len(wanted), len(wanted & board))


def audit_log(house: House) -> str:
    """Return what the audit log's own check says; it begins with "The audit log is whole" if it is."""
    done = subprocess.run(
        [sys.executable, "manage.py", "audit_verify"],
        cwd=ROOT, env=house.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return " ".join((done.stdout + done.stderr).split())
