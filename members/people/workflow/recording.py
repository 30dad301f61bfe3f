"""Record history from before the portal or outside it: past memberships, roles, better days."""

from __future__ import annotations

from django.db import transaction

from audit import clock
from audit.log import record
from members.people.events import PeopleEvent
from members.people.models import Membership, MembershipBegan, MembershipEnded, Person, Role, RoleKind, Span
from members.people.policy import RECORDED_ELSEWHERE, Action, Actor, require
from members.people.workflow.periods import end_role, lock_admins
from web.conflicts import Conflict, conflict_on_integrity_error


@transaction.atomic
def record_membership(
    person: Person, span: Span, *, ended: MembershipEnded, authority: str, end_authority: str, by: Actor
) -> Membership:
    """Record a membership that is over. One that runs begins by an onboarding and by nothing else.

    Without `span.until` it ended on a day that nobody knows. Raises `NotAllowed` for anybody but an
    admin, `Conflict` for days that contradict each other or another membership of the same person.
    """
    who = require(Action.RECORD_PERIODS, by, person)
    person = Person.objects.select_for_update().get(pk=person.pk)
    at = clock.now()
    span.require_order(at.date())
    if ended == MembershipEnded.MEMORIAM:
        raise Conflict("That somebody has died is recorded on their page, by two people.")
    _require_no_overlap(person, span, None)
    membership = Membership.objects.create(
        person=person,
        began=MembershipBegan.RECORD,
        ended=ended,
        ended_on_unknown_day=span.until is None,
        recorded_on=at.date(),
        authority=authority,
        end_authority=end_authority,
        since=span.since,
        since_precision=span.since_precision,
        until=span.until,
        until_precision=span.until_precision,
    )
    record(PeopleEvent.MEMBERSHIP_RECORDED, target=membership, by=who, at=at, person=person.pk, ended=ended)
    return membership


@transaction.atomic
def correct_membership(membership: Membership, span: Span, *, authority: str, by: Actor) -> Membership:
    """Correct the days of a membership; whether it runs, and how it ended, stay what they are.

    Raises `NotAllowed` for anybody but an admin, and for one's own, `Conflict` as `record_membership`,
    and for an end of one that runs.
    """
    who = require(Action.CORRECT_DAYS, by, membership.person)
    person = Person.objects.select_for_update().get(pk=membership.person_id)
    membership = Membership.objects.get(pk=membership.pk)
    at = clock.now()
    span.require_order(at.date())
    if not membership.ended and span.until is not None:
        raise Conflict("This membership runs. It ends by an offboarding, not by a correction.")
    _require_no_overlap(person, span, membership)
    fields = {
        "since": span.since,
        "since_precision": span.since_precision,
        "until": span.until,
        "until_precision": span.until_precision,
        "ended_on_unknown_day": bool(membership.ended) and span.until is None,
        "recorded_on": membership.recorded_on or at.date(),
        "authority": authority,
    }
    changed = [name for name, value in fields.items() if getattr(membership, name) != value]
    for name, value in fields.items():
        setattr(membership, name, value)
    membership.save()
    record(PeopleEvent.MEMBERSHIP_CORRECTED, target=membership, by=who, at=at, person=person.pk, fields=changed)
    return membership


def _require_no_overlap(person: Person, span: Span, but: Membership | None) -> None:
    """Raise `Conflict` when another membership covers a day that `span` covers as well, as far as is known."""
    others = Membership.objects.filter(person=person)
    if but is not None:
        others = others.exclude(pk=but.pk)
    for other in others:
        begins_before_end = other.until is None or span.since is None or span.since < other.until
        ends_after_begin = span.until is None or other.since is None or other.since < span.until
        has_both_days = other.since is not None and span.since is not None
        runs_twice = not other.ended and but is not None and not but.ended
        if (has_both_days and begins_before_end and ends_after_begin) or runs_twice:
            raise Conflict("Another membership of the same person covers some of these days.")


@transaction.atomic
def record_role(
    person: Person, kind: RoleKind, span: Span, *, authority: str, by: Actor, is_over: bool = False
) -> Role:
    """Record that `person` holds, or held, a role; `is_over` for one that ended nobody knows when.

    Admins are designated by the Steering Council's decision and its seats by an election; neither
    is recorded by an admin. Raises `NotAllowed` for anybody but an admin, and for oneself, `Conflict`
    for those two roles, for days that contradict each other, and for a second period of one that runs.
    """
    who = _check_role(kind, person, by)
    person = Person.objects.select_for_update().get(pk=person.pk)
    at = clock.now()
    span.require_order(at.date())
    with conflict_on_integrity_error(lambda: _refuse_second_role(person)):
        role = Role.objects.create(
            person=person,
            kind=kind,
            since=span.since,
            since_precision=span.since_precision,
            until=span.until,
            until_precision=span.until_precision,
            ended_on_unknown_day=is_over and span.until is None,
            recorded_on=at.date(),
            authority=authority,
        )
    record(PeopleEvent.ROLE_BEGAN, target=role, by=who, at=at, person=person.pk, role=kind)
    return role


def _refuse_second_role(person: Person) -> None:
    raise Conflict(f"{person.name} holds this role already; end that period first.")


def _check_role(kind: RoleKind, person: Person, by: Actor) -> Person:
    """Return the person behind `by` if they may record `kind` of `person`. Raises `NotAllowed` or `Conflict`."""
    who = require(Action.RECORD_ROLES, by, person)
    if sentence := RECORDED_ELSEWHERE.get(kind):
        raise Conflict(sentence)
    return who


@transaction.atomic
def finish_role(role: Role, *, authority: str, by: Actor) -> Person:
    """End a role today (UTC), every period of it that runs.

    Raises as `record_role`, and `Conflict` when the period in hand is not held today.
    """
    kind, at = RoleKind(role.kind), clock.now()
    _check_role(kind, role.person, by)
    lock_admins()
    Person.objects.select_for_update().get(pk=role.person_id)
    if not Role.objects.get(pk=role.pk).covers(at.date()):
        raise Conflict("This period is over already.")
    return end_role(role.person, kind, authority=authority, by=by, at=at)
