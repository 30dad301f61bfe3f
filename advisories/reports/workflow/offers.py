"""Hand a report over, with the agreement of whoever is to coordinate it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from advisories.reports.events import ReportEvent
from advisories.reports.models import Report
from advisories.reports.policy import Action, allows, require
from advisories.reports.workflow.locks import locked
from audit import clock
from audit.log import record
from members.accounts.queries.logins import who_can_sign_in
from members.people.models import Person
from members.people.policy import Actor, actor_of
from web.conflicts import Conflict

OFFER = ("offered_to", "offered_by", "offered_at")


@transaction.atomic
def offer(report: Report, to: Person, *, by: Actor) -> Report:
    """Ask another member to coordinate the report; who coordinates it now stays until they agree.

    A new offer takes the place of an earlier one. Somebody who offers it to themselves has agreed. Raises
    `NotAllowed`, or `Conflict` for somebody who cannot coordinate it.
    """
    report, at = locked(report), clock.now()
    offerer = require(Action.OFFER, by, report, at)
    _require_able(report, to, at)
    if to == offerer:
        return _become_coordinator(report, offerer, at)
    if to == report.offered_to:
        raise Conflict(f"It is offered to {to} already.")
    _save_offer(report, to, offerer, at)
    record(ReportEvent.HANDOVER_OFFERED, target=report, by=offerer, at=at, to=to.pk)
    return report


@transaction.atomic
def accept_offer(report: Report, *, by: Actor) -> Report:
    """Become the coordinator, as offered. Raises `NotAllowed`, or `Conflict` when the offer has ended."""
    report, at = locked(report), clock.now()
    return _become_coordinator(report, require(Action.ACCEPT, by, report, at), at)


@transaction.atomic
def decline_offer(report: Report, instead: Person, *, by: Actor) -> Report:
    """Decline by naming somebody else, who is offered the report next. Raises `NotAllowed` or `Conflict`."""
    report, at = locked(report), clock.now()
    decliner = require(Action.DECLINE, by, report, at)
    if instead == decliner:
        raise Conflict("Name somebody else, or accept.")
    _require_able(report, instead, at)
    _save_offer(report, instead, decliner, at)
    record(ReportEvent.HANDOVER_DECLINED, target=report, by=decliner, at=at, to=instead.pk)
    return report


@transaction.atomic
def take_offer_back(report: Report, *, by: Actor) -> Report:
    """End an offer that nobody has answered. Raises `NotAllowed`, or `Conflict` when there is none."""
    report, at = locked(report), clock.now()
    taker = require(Action.TAKE_OFFER_BACK, by, report, at)
    to = report.offered_to_id
    clear_offer(report)
    report.save(update_fields=OFFER)
    record(ReportEvent.OFFER_TAKEN_BACK, target=report, by=taker, at=at, to=to)
    return report


@transaction.atomic
def end_offer(report: Report) -> Report:
    """End an offer to somebody who cannot coordinate any more, because they left; anybody can be asked then."""
    report, at = locked(report), clock.now()
    to = report.offered_to
    if to is None or _obstacle(report, to, at) == "":
        return report
    clear_offer(report)
    report.save(update_fields=OFFER)
    record(ReportEvent.OFFER_ENDED, target=report, by=None, at=at, to=to.pk)
    return report


def clear_offer(report: Report) -> None:
    """Forget the offer of a report that the caller saves."""
    report.offered_to = report.offered_by = report.offered_at = None


def _save_offer(report: Report, to: Person, by: Person, at: datetime) -> None:
    report.offered_to, report.offered_by, report.offered_at = to, by, at
    report.save(update_fields=OFFER)


def _become_coordinator(report: Report, person: Person, at: datetime) -> Report:
    before = report.coordinator_id
    report.coordinator, report.coordinated_at = person, at
    clear_offer(report)
    report.save(update_fields=["coordinator", "coordinated_at", *OFFER])
    if before is None:
        record(ReportEvent.COORDINATOR_TOOK, target=report, by=person, at=at)
    else:
        record(ReportEvent.HANDED_OVER, target=report, by=person, at=at, before=before, after=person.pk)
    return report


def _require_able(report: Report, person: Person, at: datetime) -> None:
    if sentence := _obstacle(report, person, at):
        raise Conflict(sentence)


def _obstacle(report: Report, person: Person, at: datetime) -> str:
    """Return why somebody cannot coordinate the report, as a sentence; "" when they can."""
    if not allows(Action.SEE, actor_of(person, at.date()), report, at):
        return f"{person} is not a member now, and so cannot coordinate."
    if not who_can_sign_in(Person.objects.filter(pk=person.pk)).exists():
        return f"{person} cannot sign in yet, and so cannot coordinate."
    return f"{person} coordinates this report already." if person == report.coordinator else ""
