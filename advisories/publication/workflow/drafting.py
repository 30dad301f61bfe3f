"""Writing an advisory, and a second member's approval of it."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from advisories.publication.drafting import Draft
from advisories.publication.models import Advisory, Credit
from advisories.records.vocabulary import Project
from advisories.reports.events import AdvisoryEvent
from advisories.reports.models import Report
from advisories.reports.policy import Action, require
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
    report = locked(report)
    require(Action.DRAFT, by, report)
    at = clock.now()
    if report.draft is not None:
        return _same_words(report.draft, draft, by)
    advisory = Advisory(report=report, created_at=at, created_by=by.person, edited_by=by.person)
    advisory.fill(draft.content(Project(report.project), at))
    advisory.credits_settled = draft.credits_settled
    _save(advisory, draft, report)
    record(AdvisoryEvent.DRAFT_STARTED, target=advisory, by=by.person, at=at, report=report.pk)
    return advisory


@transaction.atomic
def edit_draft(report: Report, draft: Draft, *, revision: int, by: Actor) -> Advisory:
    """Replace the text; an approval is void with that. `revision` is the one the text was made from.

    Raises `NotAllowed`, `Stale` when there is a newer one that says something else, `CveIdTaken`, or `Conflict`.
    """
    report = locked(report)
    require(Action.DRAFT, by, report)
    at = clock.now()
    advisory = report.draft
    if advisory is None or advisory.revision != revision or _words_of(advisory) == draft:
        return _same_words(advisory, draft, by)
    advisory.fill(draft.content(Project(report.project), at))
    advisory.credits_settled = draft.credits_settled
    advisory.edited_by, advisory.revision = by.person, advisory.revision + 1
    advisory.approved_by, advisory.approved_at = None, None
    _save(advisory, draft, report)
    record(AdvisoryEvent.DRAFT_EDITED, target=advisory, by=by.person, at=at, report=report.pk)
    return advisory


def _words_of(advisory: Advisory) -> Draft:
    whole = Advisory.objects.system("a verb compares what is there").whole().get(pk=advisory.pk)
    return Draft.of(whole.content(), credits_settled=whole.credits_settled)


def _same_words(advisory: Advisory | None, draft: Draft, by: Actor) -> Advisory:
    """The same text a second time is no act and no fault; another one is."""
    if advisory is None or _words_of(advisory) != draft:
        raise Stale("Somebody has changed the draft since you read it. Both versions are below.")
    return advisory


def _save(advisory: Advisory, draft: Draft, report: Report) -> None:
    taken = CveIdTaken(f"{draft.cve_id} belongs to another advisory.")
    others = Advisory.objects.system("a verb looks whether a CVE ID is taken").exclude(pk=advisory.pk)
    if draft.cve_id and others.filter(cve_id=draft.cve_id).exists():
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
    """A second member has read this revision. Raises `NotAllowed`, or `Conflict` when there is a newer one."""
    report = locked(report)
    require(Action.APPROVE, by, report)
    advisory = report.draft
    if advisory is None or advisory.revision != revision:
        raise Conflict("The draft has changed since you read it. Read it again, then approve.")
    advisory.approved_by, advisory.approved_at = by.person, clock.now()
    advisory.save(update_fields=["approved_by", "approved_at"])
    record(AdvisoryEvent.APPROVED, target=advisory, by=by.person, at=advisory.approved_at, report=report.pk)
    return advisory
