"""Take a report in."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from advisories.projects.models import PolicyVersion
from advisories.reports.events import ReportEvent
from advisories.reports.fingerprints import fingerprint
from advisories.reports.models import Report, Submission
from audit import clock
from audit.log import record

#: How the audit log names somebody without an account.
REPORTER = "reporter"

#: References are random; this many collide one after another only if something is broken.
_TRIES = 5


@transaction.atomic
def hand_in(submission: Submission, *, once: str = "", received_at: datetime | None = None) -> Report:
    """Take a report in, from anybody.

    `once` is the random mark of the page it was typed into. The same submission with the same mark gives the report
    that is there already, and no second event; somebody who knows the text alone does not get at it. `received_at` is
    when it reached the team, if that was earlier.
    """
    mark = fingerprint("intake", once or secrets.token_hex(16), asdict(submission))
    first = with_fingerprint(mark)
    if first is not None:
        return first
    at = clock.now()
    arrived = received_at or at
    report, is_new = create_numbered(
        **asdict(submission),
        policy_version=PolicyVersion.objects.in_force(arrived),
        fingerprint=mark,
        received_at=arrived,
    )
    if is_new:
        record(ReportEvent.REPORT_RECEIVED, target=report, by=REPORTER, at=at)
    return report


def create_numbered(**fields: Any) -> tuple[Report, bool]:
    """Write a report with a free random reference; the one with its fingerprint and False if that was quicker."""
    for _ in range(_TRIES):
        try:
            with transaction.atomic():
                return Report.objects.create(**fields), True
        except IntegrityError:
            # Either the same submission was quicker, or the reference is taken: look, and roll again.
            first = with_fingerprint(fields["fingerprint"])
            if first is not None:
                return first, False
    raise RuntimeError("no free reference was found")


def with_fingerprint(mark: str) -> Report | None:
    """Return the report that was made from the same form."""
    return Report.objects.system("the same form sent twice").whole().filter(fingerprint=mark).first()
