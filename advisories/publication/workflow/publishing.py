"""Making an advisory public: the one action that cannot be taken back."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from advisories.publication import exports
from advisories.publication.events import AdvisoryEvent
from advisories.publication.models import Advisory, PublishedNumber
from advisories.publication.policy import Action, require
from advisories.publication.queries import with_credits
from advisories.reports.models import Report
from advisories.reports.workflow import locked, mark_published
from audit import clock
from audit.log import record
from members.people.policy import Actor
from web.conflicts import Conflict


def _take_number(year: int) -> int:
    row, _ = PublishedNumber.objects.select_for_update().get_or_create(year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last


def reserve_numbers(psf_ids: Iterable[str]) -> None:
    """Skip numbers that are in use elsewhere, so that none is given out twice; ids as ``PSF-2026-1``.

    Called inside a transaction.
    """
    highest: dict[int, int] = {}
    for psf_id in psf_ids:
        year, number = (int(part) for part in psf_id.removeprefix("PSF-").split("-"))
        highest[year] = max(highest.get(year, 0), number)
    for year, last in sorted(highest.items()):
        row, _ = PublishedNumber.objects.select_for_update().get_or_create(year=year)
        row.last = max(row.last, last)
        row.save(update_fields=["last"])


@transaction.atomic
def publish(report: Report, *, revision: int, by: Actor) -> Advisory:
    """Make the approved draft public, and give it its PSF id.

    `revision` is the one that was confirmed. Raises `NotAllowed`, or `Conflict` with what is missing.
    """
    report, at = locked(report), clock.now()
    publisher = require(Action.PUBLISH, by, report, at)
    advisory = with_credits(report)
    if advisory.revision != revision:
        raise Conflict("The draft has changed since you read it. Read it again, then publish.")
    content = exports.as_published(advisory.content(), at, _take_number(at.year))
    faults = [f"{output.name}: {output.fault}" for output in exports.outputs(content) if output.fault]
    if faults:
        raise Conflict(" ".join(["Not everything can be made from this draft.", *faults]))
    advisory.fill(content)
    advisory.save()
    mark_published(report, advisory.published_at or at)
    record(AdvisoryEvent.PUBLISHED, target=advisory, by=publisher, at=at, report=report.pk)
    return advisory
