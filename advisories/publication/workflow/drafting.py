"""Writing an advisory, and a second member's approval of it."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from advisories.publication.drafting import Draft
from advisories.publication.events import AdvisoryEvent
from advisories.publication.models import Advisory, Credit, draft_of
from advisories.publication.policy import Action, require
from advisories.publication.queries import stored_draft, taken_by
from advisories.records.vocabulary import Project
from advisories.reports.models import Report
from advisories.reports.workflow import locked
from audit import clock
from audit.log import record
from members.people.policy import Actor
from web.conflicts import Conflict


class Stale(Conflict):
    """Somebody else has changed the draft since it was read; nothing was saved."""


class CveIdTaken(Conflict):
    """Another advisory has this CVE ID."""


@transaction.atomic
def start_draft(report: Report, draft: Draft, *, by: Actor) -> Advisory:
    """Write the first version. Raises `NotAllowed`, `Stale` when there is one, `CveIdTaken`, or `Conflict`."""
    report, at = locked(report), clock.now()
    author = require(Action.DRAFT, by, report, at)
    if draft_of(report) is not None:
        return _same_text(report, draft)
    advisory = Advisory(report=report, created_at=at, created_by=author, edited_by=author)
    advisory.fill(draft.content(Project(report.project), at))
    advisory.credits_settled = draft.credits_settled
    _save(advisory, draft, report)
    record(AdvisoryEvent.DRAFT_STARTED, target=advisory, by=author, at=at, report=report.pk)
    return advisory


@transaction.atomic
def edit_draft(report: Report, draft: Draft, *, revision: int, by: Actor) -> Advisory:
    """Replace the text; an approval is void with that. `revision` is the one the text was made from.

    Raises `NotAllowed`, `Stale` when there is a newer one that says something else, `CveIdTaken`, or `Conflict`.
    """
    report, at = locked(report), clock.now()
    editor = require(Action.DRAFT, by, report, at)
    advisory = draft_of(report)
    if advisory is None or advisory.revision != revision or stored_draft(report) == draft:
        return _same_text(report, draft)
    advisory.fill(draft.content(Project(report.project), at))
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


def _save(advisory: Advisory, draft: Draft, report: Report) -> None:
    taken = CveIdTaken(f"{draft.cve_id} belongs to another advisory.")
    if taken_by(draft.cve_id, advisory):
        raise taken
    try:
        with transaction.atomic():
            advisory.save()
    except IntegrityError as error:
        # Another draft was quicker.
        raise taken from error
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
