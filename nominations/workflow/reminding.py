"""Record the reminders that fall due as time passes: each once, however often the schedule asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from audit import clock
from audit.log import record
from nominations.events import NominationEvent
from nominations.models import Nomination, Phase, Reminder, ReminderKind, Vote
from nominations.workflow.rows import lock

DAY = LAST_DAY = timedelta(days=1)
#: Mail goes within a minute; what failed is tried again after one, three and seven minutes. The portal's own.
UNTOLD_AFTER = timedelta(hours=1)
_EVENTS = {
    ReminderKind.HALF_TIME: NominationEvent.VOTERS_REMINDED,
    ReminderKind.LAST_DAY: NominationEvent.VOTERS_REMINDED,
    ReminderKind.COUNT_DUE: NominationEvent.COUNT_DUE,
    ReminderKind.COUNCIL_UNTOLD: NominationEvent.COUNCIL_UNTOLD,
    ReminderKind.VETO_HALF_TIME: NominationEvent.COUNCIL_REMINDED,
    ReminderKind.VETO_OVER: NominationEvent.VETO_LAPSED,
    ReminderKind.VETO_WAITS: NominationEvent.VETO_WAITS,
}


@transaction.atomic
def remind(vote: Vote) -> list[Reminder]:
    """Record the reminders that are due now and were not made yet; whom they reach is worked out later.

    Only the latest of several that are due is made, so a worker that was away sends no pile. An
    extended vote has new moments, and reminds of them again.
    """
    nomination = lock(vote.nomination)
    vote, at = nomination.vote, clock.now()
    due = [(kind, ends_at) for kind, moment, ends_at in _moments(nomination, at) if moment <= at]
    if not due:
        return []
    kind, ends_at = due[-1]
    reminder, is_new = Reminder.objects.get_or_create(
        vote=vote, kind=kind, ends_at=ends_at, defaults={"reminded_at": at}
    )
    if not is_new:
        return []
    record(_EVENTS[kind], target=vote, by=None, at=at, nomination=nomination.pk, reminder=kind)
    return [reminder]


def _moments(nomination: Nomination, at: datetime) -> Iterator[tuple[ReminderKind, datetime, datetime]]:
    """Yield what to remind of, in order: the kind, its moment, and the end it reminds of."""
    veto = nomination.pending_veto
    if veto is None:
        yield from _moments_in(nomination.vote, nomination.phase(at), at)
    elif at >= veto.recorded_at + DAY:
        # Nothing else runs: nobody joins before a second seat has spoken, however long that takes.
        day = veto.recorded_at + (at - veto.recorded_at) // DAY * DAY
        yield ReminderKind.VETO_WAITS, day, day


def _moments_in(vote: Vote, phase: Phase, at: datetime) -> Iterator[tuple[ReminderKind, datetime, datetime]]:
    """Yield what to remind of in this phase, while no veto waits."""
    if phase is Phase.OPEN:
        half = vote.opened_at + (vote.closes_at - vote.opened_at) / 2
        last = vote.closes_at - LAST_DAY
        yield ReminderKind.HALF_TIME, half, vote.closes_at
        if last > half:
            yield ReminderKind.LAST_DAY, last, vote.closes_at
    if phase is Phase.CLOSING and vote.officer_id is not None:
        yield ReminderKind.COUNT_DUE, vote.closes_at, vote.closes_at
    if phase is Phase.COUNCIL_UNTOLD and vote.closed_at is not None and at >= vote.closed_at + UNTOLD_AFTER:
        # Every day: somebody may be reached by now.
        first = vote.closed_at + UNTOLD_AFTER
        day = first + (at - first) // DAY * DAY
        yield ReminderKind.COUNCIL_UNTOLD, day, day
    if vote.council_told_at is not None and vote.veto_until is not None:
        half = vote.council_told_at + (vote.veto_until - vote.council_told_at) / 2
        if phase is Phase.VETO_WINDOW:
            yield ReminderKind.VETO_HALF_TIME, half, vote.veto_until
        if phase is Phase.AWAITING_CONFIRMATION:
            yield ReminderKind.VETO_OVER, vote.veto_until, vote.veto_until
