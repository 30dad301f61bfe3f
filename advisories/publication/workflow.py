"""Verbs about advisories: each locks the report, asks the policy, writes, and records one event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction

from advisories.publication import exports
from advisories.publication.drafting import Draft
from advisories.publication.events import AdvisoryEvent
from advisories.publication.models import Advisory, Credit, PublishedNumber, draft_of
from advisories.publication.policy import Action, require
from advisories.publication.queries import stored_draft, taken_by, with_credits
from advisories.records.content import AdvisoryContent
from advisories.records.projects import ProjectFacts
from advisories.reports.models import Report
from advisories.reports.workflow import locked, mark_published
from audit import clock
from audit.log import record
from members.people.policy import Actor
from web.conflicts import Conflict, conflict_on_integrity_error

# -- drafting ---------------------------------------------------------------------------------------


class Stale(Conflict):
    """Raised when the draft was changed since it was read; nothing was saved."""


class CveIdTaken(Conflict):
    """Another advisory has this CVE ID."""


class NoRecord(Conflict):
    """No record can be made about the report's project."""


def _facts_of(report: Report) -> ProjectFacts:
    """Return what records state about the report's project; raises `NoRecord`."""
    if obstacle := report.project.obstacle_to_records or report.project.obstacle_to_cve_id:
        raise NoRecord(obstacle)
    return report.project.facts


@transaction.atomic
def start_draft(report: Report, draft: Draft, *, by: Actor) -> Advisory:
    """Write the first version.

    Raises `NotAllowed`, `Stale` when there is one, `CveIdTaken`, `NoRecord`, or `Conflict`.
    """
    report, at = locked(report), clock.now()
    author = require(Action.DRAFT, by, report, at)
    if draft_of(report) is not None:
        return _same_text(report, draft)
    advisory = Advisory(report=report, created_at=at, created_by=author, edited_by=author)
    advisory.fill(draft.content(_facts_of(report), at))
    advisory.credits_settled = draft.credits_settled
    _save(advisory, draft, report)
    record(AdvisoryEvent.DRAFT_STARTED, target=advisory, by=author, at=at, report=report.pk)
    return advisory


@transaction.atomic
def edit_draft(report: Report, draft: Draft, *, revision: int, by: Actor) -> Advisory:
    """Replace the text; an approval is void with that. `revision` is the one the text was made from.

    The same text again is an edit only if what records state about the project has changed. Raises `NotAllowed`,
    `Stale` when there is a newer one that says something else, `CveIdTaken`, `NoRecord`, or `Conflict`.
    """
    report, at = locked(report), clock.now()
    editor = require(Action.DRAFT, by, report, at)
    advisory = draft_of(report)
    if advisory is None or advisory.revision != revision:
        return _same_text(report, draft)
    facts = _facts_of(report)
    if stored_draft(report) == draft and advisory.project_facts == facts.to_json():
        return advisory
    advisory.fill(draft.content(facts, at))
    advisory.credits_settled = draft.credits_settled
    advisory.edited_by, advisory.revision = editor, advisory.revision + 1
    advisory.approved_by, advisory.approved_at = None, None
    _save(advisory, draft, report)
    record(AdvisoryEvent.DRAFT_EDITED, target=advisory, by=editor, at=at, report=report.pk)
    return advisory


def _same_text(report: Report, draft: Draft) -> Advisory:
    """Return the stored advisory if it says the same, so that a form may be sent twice; else raise `Stale`."""
    advisory = draft_of(report)
    if advisory is None or stored_draft(report) != draft:
        raise Stale("Somebody has changed the draft since you read it. Both versions are below.")
    return advisory


def _require_free(cve_id: str, advisory: Advisory) -> None:
    if taken_by(cve_id, advisory):
        raise CveIdTaken(f"{cve_id} belongs to another advisory.")


def _save(advisory: Advisory, draft: Draft, report: Report) -> None:
    _require_free(draft.cve_id, advisory)
    with conflict_on_integrity_error(lambda: _require_free(draft.cve_id, advisory)):
        advisory.save()
    advisory.credits.system("a verb replaces the credits of a draft").delete()
    Credit.objects.bulk_create(Credit.rows(advisory, draft.credits, report.coordinator))


@transaction.atomic
def approve(report: Report, *, revision: int, by: Actor) -> Advisory:
    """Approve this revision as a second member. Raises `NotAllowed`, or `Conflict` when there is a newer one."""
    report, at = locked(report), clock.now()
    reader = require(Action.APPROVE, by, report, at)
    advisory = draft_of(report)
    if advisory is None or advisory.revision != revision:
        raise Conflict("The draft has changed since you read it. Read it again, then approve.")
    advisory.approved_by, advisory.approved_at = reader, at
    advisory.save(update_fields=["approved_by", "approved_at"])
    record(AdvisoryEvent.APPROVED, target=advisory, by=reader, at=at, report=report.pk)
    return advisory


# -- publishing -------------------------------------------------------------------------------------


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


# -- importing --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ImportFault:
    """The reason why one of the records cannot be taken."""

    psf_id: str
    reason: str


class ImportFaults(Exception):  # noqa: N818  it is their collection
    """Some records contradict the portal or one another; nothing was written."""

    def __init__(self, faults: Sequence[ImportFault]) -> None:
        super().__init__("\n".join(f"{fault.psf_id}: {fault.reason}" for fault in faults))
        self.faults = list(faults)


@dataclass
class ImportOutcome:
    """The PSF ids of an import's records, by what became of them."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


@transaction.atomic
def import_osv(
    contents: Sequence[AdvisoryContent], *, progress: Callable[[int], None] = lambda count: None
) -> ImportOutcome:
    """Take in what `records.osv.parse` read; compares content, so a second import of the same changes nothing.

    One event for all of them, none when nothing is new. Raises `ImportFaults` with every record that cannot be taken;
    then nothing is written. `progress` is called with the number of records done.
    """
    at = clock.now()
    ids = [content.psf_id for content in contents]
    stored = {
        advisory.psf_id: advisory
        for advisory in Advisory.objects.system("an import compares with what is there").whole().filter(psf_id__in=ids)
    }
    contents = [_with_own_facts(stored.get(content.psf_id), content) for content in contents]
    faults = _faults(contents, stored)
    if faults:
        raise ImportFaults(faults)
    outcome, written = ImportOutcome(), []
    for count, content in enumerate(contents, start=1):
        advisory = stored.get(content.psf_id)
        if advisory is not None and advisory.content() == content:
            outcome.unchanged.append(content.psf_id)
        else:
            (outcome.changed if advisory else outcome.created).append(content.psf_id)
            written.append(_write(advisory, content, at).pk)
        progress(count)
    reserve_numbers(ids)
    if written:
        record(AdvisoryEvent.IMPORTED, target="advisories.advisory", by=None, at=at, advisories=written)
    return outcome


def _with_own_facts(advisory: Advisory | None, content: AdvisoryContent) -> AdvisoryContent:
    """Return the content with the facts of its project as the advisory that is there states them."""
    facts = advisory.content().project if advisory else None
    is_same = facts is not None and content.project is not None and facts.slug == content.project.slug
    return replace(content, project=facts) if is_same else content


def _write(advisory: Advisory | None, content: AdvisoryContent, at: datetime) -> Advisory:
    advisory = advisory or Advisory(created_at=at)
    advisory.fill(content)
    advisory.credits_settled = True
    advisory.save()
    advisory.credits.system("an import replaces the credits of its record").delete()
    Credit.objects.bulk_create(Credit.rows(advisory, content.credits))
    return advisory


def _faults(contents: Iterable[AdvisoryContent], stored: dict[str | None, Advisory]) -> list[ImportFault]:
    faults, ids = [], set()
    own = _own_cve_ids(contents)
    for content in contents:
        advisory = stored.get(content.psf_id)
        is_own = advisory is not None and advisory.report_id is not None
        if content.psf_id in ids:
            faults.append(ImportFault(content.psf_id, "stands twice in what is imported."))
        elif advisory is not None and is_own and advisory.content() != content:
            faults.append(ImportFault(content.psf_id, "was published here; a record of elsewhere does not change it."))
        elif not is_own and content.cve_id in own:
            faults.append(ImportFault(content.psf_id, f"{content.cve_id} belongs to {own[content.cve_id]}."))
        ids.add(content.psf_id)
    return faults


def _own_cve_ids(contents: Iterable[AdvisoryContent]) -> dict[str, str]:
    """Return the CVE IDs of advisories written here. Some pairs of records of elsewhere share one."""
    wanted = {content.cve_id for content in contents if content.cve_id}
    rows = Advisory.objects.system("an import looks for CVE IDs that are taken")
    pairs = rows.filter(cve_id__in=wanted, report__isnull=False).values_list("cve_id", "psf_id")
    return {cve_id: psf_id or "a draft" for cve_id, psf_id in pairs}
