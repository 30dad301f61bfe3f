"""Handing in a report."""

from __future__ import annotations

import secrets
from dataclasses import asdict

from django.db import IntegrityError, transaction

from advisories.reports.events import ReportEvent
from advisories.reports.models import Report, Submission
from advisories.reports.workflow.locks import fingerprint
from audit import clock
from audit.log import record

#: How the audit log names somebody without an account.
REPORTER = "reporter"

#: References are random; this many collide one after another only if something is broken.
_TRIES = 5


@transaction.atomic
def hand_in(submission: Submission, *, once: str = "") -> Report:
    """Take a report in, from anybody.

    `once` is the random mark of the page it was typed into. The same submission with the same mark gives the report
    that is there already, and no second event; somebody who knows the text alone does not get at it.
    """
    mark = fingerprint("intake", once or secrets.token_hex(16), asdict(submission))
    first = _with_fingerprint(mark)
    if first is not None:
        return first
    at = clock.now()
    for _ in range(_TRIES):
        try:
            with transaction.atomic():
                report = Report.objects.create(**asdict(submission), fingerprint=mark, received_at=at)
        except IntegrityError:
            # Either the same submission was quicker, or the reference is taken: look, and roll again.
            first = _with_fingerprint(mark)
            if first is not None:
                return first
        else:
            record(ReportEvent.REPORT_RECEIVED, target=report, by=REPORTER, at=at)
            return report
    raise RuntimeError("no free reference was found")


def _with_fingerprint(mark: str) -> Report | None:
    return Report.objects.system("the same form sent twice").whole().filter(fingerprint=mark).first()
