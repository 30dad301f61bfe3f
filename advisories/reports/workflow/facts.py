"""Correct the facts of a report."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from advisories.reports.events import ReportEvent
from advisories.reports.models import FACTS, Correction, Facts, Report
from advisories.reports.policy import Action, require
from advisories.reports.workflow.locks import locked
from audit import clock
from audit.log import record
from members.people.policy import Actor
from web.conflicts import Conflict


class StaleFacts(Conflict):
    """Somebody corrected the facts after the page was made."""


@transaction.atomic
def correct(report: Report, facts: Facts, *, revision: int, by: Actor) -> Report:
    """Replace the facts; `revision` is the one they were made from. What they said before is kept.

    The same facts sent twice are one correction. Raises `NotAllowed`, `StaleFacts` when somebody else corrected them
    in between, or `Conflict` for a moment that has not come yet.
    """
    report, at = locked(report), clock.now()
    corrector = require(Action.CORRECT, by, report, at)
    stored, wanted = asdict(Facts.of(report)), asdict(facts)
    changed = [name for name in FACTS if stored[name] != wanted[name]]
    if not changed:
        return report
    if report.facts_revision != revision:
        raise StaleFacts("Somebody has corrected the facts since you read them. Both versions are below.")
    _require_past(wanted, at)
    for name in changed:
        setattr(report, name, wanted[name])
    report.facts_revision += 1
    report.save(update_fields=[*changed, "facts_revision"])
    Correction.objects.create(
        report=report,
        revision=report.facts_revision,
        corrected_by=corrector,
        corrected_at=at,
        before={name: as_text(stored[name]) for name in changed},
    )
    record(ReportEvent.FACTS_CORRECTED, target=report, by=corrector, at=at, fields=changed)
    return report


def as_text(value: Any) -> str:
    """Return a fact as the history of corrections keeps it: moments in UTC, nothing as nothing."""
    return value.isoformat() if isinstance(value, datetime) else value or ""


def _require_past(facts: dict[str, Any], at: datetime) -> None:
    if any(isinstance(value, datetime) and value > at for value in facts.values()):
        raise Conflict("What has not happened yet is no fact: choose a moment that has passed.")
