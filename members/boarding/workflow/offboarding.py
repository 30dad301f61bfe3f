"""Somebody leaves: access ends at once, everywhere; then every door outside is closed, one by one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from audit import clock
from audit.log import record
from members.accounts import workflow as accounts_workflow
from members.boarding.events import BoardingEvent
from members.boarding.models import Offboarding, OffboardingStep
from members.boarding.policy import Action, require, require_any
from members.boarding.workflow.ticking import tick
from members.channels.models import Channel
from members.drift.queries import sightings
from members.people.models import MembershipEnded, Person
from members.people.policy import Actor
from members.people.registry import open_work_of
from members.people.workflow import end_membership
from web.conflicts import Conflict

#: Ours: how often the admins hear again of an offboarding that is open.
REMIND_AFTER = timedelta(days=7)


@transaction.atomic
def begin_offboarding(
    person: Person, *, ending: MembershipEnded, authority: str, by: Actor | None, at: datetime, reason: str = ""
) -> Offboarding:
    """End the membership today (UTC) and with it all access; a checklist for the outside channels begins.

    Called by what decides, which has asked its own policy. Raises `Conflict` when the person is no
    member, or when too few admins would be left. A suspension stays in force until somebody ends it.
    """
    membership = end_membership(person, how=ending, authority=authority, by=by, at=at)
    who = by.person if by else None
    accounts_workflow.close(person)
    offboarding = Offboarding.objects.create(
        person=person, membership=membership, ending=ending, reason=reason, begun_at=at, begun_by=who
    )
    OffboardingStep.objects.bulk_create(
        OffboardingStep(offboarding=offboarding, channel=channel, done_at=at if channel.is_login else None)
        for channel in Channel.objects.in_use()
    )
    record(BoardingEvent.OFFBOARDING_BEGAN, target=offboarding, by=who, at=at, person=person.pk, ending=ending)
    return offboarding


@transaction.atomic
def resign(*, by: Actor, reason: str = "") -> Offboarding:
    """Leave the team by oneself, to emeritus. Raises as `begin_offboarding`, and `NotAllowed` for no member."""
    who = require(Action.RESIGN, by)
    authority = "their own wish"
    return begin_offboarding(
        who, ending=MembershipEnded.EMERITUS, authority=authority, by=by, at=clock.now(), reason=reason
    )


@transaction.atomic
def offboard(person: Person, *, authority: str, reason: str, by: Actor) -> Offboarding:
    """Let somebody go who asked an admin for it, to emeritus; `authority` says where they asked.

    A removal against somebody's will is the Steering Council's decision, and begins there. Raises
    `NotAllowed` for anybody but an admin, `Conflict` as `begin_offboarding`.
    """
    require(Action.OFFBOARD, by, person)
    return begin_offboarding(
        person, ending=MembershipEnded.EMERITUS, authority=authority, by=by, at=clock.now(), reason=reason
    )


@transaction.atomic
def tick_offboarding(step: OffboardingStep, *, done: bool, not_needed: bool = False, by: Actor) -> OffboardingStep:
    """Say that access to a channel is taken, or that there was none; `done` False takes it back.

    Raises `NotAllowed` for anybody but an admin, `Conflict` when the offboarding is finished, and for
    the portal's own login, which was closed when it began.
    """
    who = require_any(Action.OFFBOARD, by)
    offboarding = _locked(step.offboarding)
    step = offboarding.steps.select_related("channel").get(pk=step.pk)
    at, login = clock.now(), "The login was closed by the portal when the offboarding began."
    facts = tick(step, done=done, not_needed=not_needed, login=login, by=who, at=at)
    record(BoardingEvent.OFFBOARDING_STEP, target=offboarding, by=who, at=at, **facts)
    return step


def _locked(offboarding: Offboarding) -> Offboarding:
    """As it is now, locked with its person. Raises `Conflict` when it is finished."""
    Person.objects.select_for_update().get(pk=offboarding.person_id)
    offboarding = Offboarding.objects.select_related("person").get(pk=offboarding.pk)
    if offboarding.finished_at is not None:
        raise Conflict("This offboarding is finished.")
    return offboarding


@transaction.atomic
def remind_offboarding(offboarding: Offboarding) -> bool:
    """Remind the admins of an open offboarding, `REMIND_AFTER` after the last time; whether it was time."""
    Person.objects.select_for_update().get(pk=offboarding.person_id)
    offboarding = Offboarding.objects.get(pk=offboarding.pk)
    at = clock.now()
    last = offboarding.reminded_at or offboarding.begun_at
    if offboarding.finished_at is not None or at - last < REMIND_AFTER:
        return False
    offboarding.reminded_at = at
    offboarding.save(update_fields=["reminded_at"])
    record(BoardingEvent.OFFBOARDING_REMINDED, target=offboarding, by=None, at=at, person=offboarding.person_id)
    return True


def missing_for_the_end(offboarding: Offboarding) -> list[str]:
    """What still has to happen before it can be finished, as sentences; empty when nothing."""
    missing = []
    work = open_work_of(offboarding.person_id)
    if work:
        count = f"{len(work)} reports" if len(work) > 1 else "one report"
        missing.append(f"{offboarding.person.name} still coordinates {count}; hand over first.")
    waiting = [step.channel.name for step in offboarding.steps.select_related("channel") if step.done_at is None]
    if waiting:
        missing.append(f"Not ticked off: {', '.join(waiting)}.")
    if still_in := _still_in(offboarding):
        missing.append(f"The last check still sees them: {', '.join(still_in)}. Check again when they are out.")
    return missing


def _still_in(offboarding: Offboarding) -> list[str]:
    """Channels that are ticked off, and in which the last check has seen them; “not needed” ends the question."""
    seen = sightings(offboarding.person)
    return [
        step.channel.name
        for step in offboarding.steps.select_related("channel").filter(done_at__isnull=False, not_needed=False)
        if (found := seen.get(step.channel_id)) and found.is_still_in and found.at >= offboarding.begun_at
    ]


@transaction.atomic
def finish_offboarding(offboarding: Offboarding, *, by: Actor) -> Offboarding:
    """Everything is closed and handed over.

    Raises `NotAllowed` for anybody but an admin, `Conflict` with what is missing, or when it is finished.
    """
    who = require_any(Action.OFFBOARD, by)
    offboarding = _locked(offboarding)
    if missing := missing_for_the_end(offboarding):
        raise Conflict(" ".join(missing))
    offboarding.finished_at, offboarding.finished_by = clock.now(), who
    offboarding.save(update_fields=["finished_at", "finished_by"])
    record(
        BoardingEvent.OFFBOARDING_FINISHED,
        target=offboarding,
        by=who,
        at=offboarding.finished_at,
        person=offboarding.person_id,
    )
    return offboarding
