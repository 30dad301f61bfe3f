"""Make a second report out of one that tells of several findings."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction

from advisories.reports.events import ReportEvent
from advisories.reports.fingerprints import fingerprint
from advisories.reports.models import FACTS, Report, SplitPart
from advisories.reports.policy import Action, require
from advisories.reports.workflow.intake import create_numbered, with_fingerprint
from advisories.reports.workflow.locks import locked
from audit import clock
from audit.log import record
from members.people.policy import Actor

#: What both reports share, besides the facts: who reported it, and what they said about themselves.
_SHARED = (
    "policy_version_id", "known_elsewhere", "checked_by_person", "reporter_name", "reporter_email",
    "credit_as", "embargo_until",
)  # fmt: skip


@transaction.atomic
def split(report: Report, part: SplitPart, *, by: Actor, once: str = "") -> Report:
    """Return a new report with the same reporter, origin, date received and coordinator, and the text of `part`.

    It has a private link of its own, which the reporter's page of the first one shows. The same form sent twice makes
    one. Raises `NotAllowed` or `Conflict`.
    """
    report, at = locked(report), clock.now()
    splitter = require(Action.SPLIT, by, report, at)
    mark = fingerprint("split", once or str(report.pk), str(report.pk), asdict(part))
    first = with_fingerprint(mark)
    if first is not None:
        return first
    shared = {name: getattr(report, name) for name in (*FACTS, *_SHARED)}
    second, _ = create_numbered(
        **{**shared, **asdict(part)},
        fingerprint=mark,
        split_from=report,
        coordinator=report.coordinator,
        coordinated_at=at if report.coordinator else None,
    )
    record(ReportEvent.SPLIT, target=report, by=splitter, at=at, part=second.pk)
    return second
