"""Making an advisory public: the one act that cannot be taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from advisories.publication import exports
from advisories.publication.models import Advisory, PublishedNumber
from advisories.records.content import AdvisoryContent
from advisories.reports.events import AdvisoryEvent
from advisories.reports.models import Report
from advisories.reports.policy import Action, require
from advisories.reports.workflow import locked
from audit import clock
from audit.log import record
from members.people.policy import Actor
from web.conflicts import Conflict


def as_published(advisory: Advisory, at: datetime, number: int) -> AdvisoryContent:
    """What `publish` would make of the draft at `at`; its credits must have come with it."""
    moment = at.replace(microsecond=0)
    psf_id = f"PSF-{moment.year}-{number}"
    return replace(advisory.content(), psf_id=psf_id, published=moment, modified=moment)


def next_number(year: int) -> int:
    """The number that the next advisory of this year would get if nobody is quicker."""
    row = PublishedNumber.objects.filter(year=year).first()
    return row.last + 1 if row else 1


def _take_number(year: int) -> int:
    row, _ = PublishedNumber.objects.select_for_update().get_or_create(year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last


def reserve_numbers(psf_ids: Iterable[str]) -> None:
    """Never give out again what others gave out before; ids as ``PSF-2026-1``. Inside a transaction."""
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
    report = locked(report)
    require(Action.PUBLISH, by, report)
    at = clock.now()
    advisory = Advisory.objects.system("a verb publishes it").whole().get(report=report)
    if advisory.revision != revision:
        raise Conflict("The draft has changed since you read it. Read it again, then publish.")
    content = as_published(advisory, at, _take_number(at.year))
    faults = [f"{output.name}: {output.fault}" for output in exports.outputs(content) if output.fault]
    if faults:
        raise Conflict(" ".join(["Not everything can be made from this draft.", *faults]))
    advisory.fill(content)
    advisory.save()
    record(AdvisoryEvent.PUBLISHED, target=advisory, by=by.person, at=at, report=report.pk)
    return advisory
