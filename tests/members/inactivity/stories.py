"""Mails of the inactivity review; see `tests.notifications.stories`. Only Mel is concerned unless a story says so."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from audit import clock
from members.inactivity import tasks
from members.inactivity.enums import ReviewVerdict
from members.inactivity.events import InactivityEvent
from members.inactivity.models import InactivityReview
from notifications.enums import Mail
from tests.cast import Cast
from tests.members.inactivity.reviews import (
    DAY,
    announced,
    answered,
    decided,
    entry_of,
    generated,
    noted,
    retired,
    sent,
    withdrawn,
    work,
)
from tests.notifications.mailroom import deliver


def concern_mel(cast: Cast, *, days_ago: float = 1) -> InactivityReview:
    """Return a review announced by Ada; everybody but Mel has worked."""
    at = clock.now() - days_ago * DAY
    work(*(person for person in cast.members if person != cast.mel), at=at - DAY)
    return announced(cast.ada, at=at)


def answer_before_the_mail_goes(cast: Cast) -> None:
    answered(concern_mel(cast), cast.mel)


def remind(cast: Cast) -> None:
    concern_mel(cast, days_ago=8)
    tasks.keep_inactivity_review()


def mail_late(cast: Cast) -> None:
    """Leave the notice in the queue of a mail server that is down until the notice is over."""
    concern_mel(cast, days_ago=15)


def make_itself(cast: Cast) -> InactivityReview:
    return generated(concern_mel(cast, days_ago=15))


def make_by_ada(cast: Cast) -> None:
    generated(concern_mel(cast, days_ago=15), by=cast.ada)


def send(cast: Cast) -> None:
    sent(make_itself(cast), cast.ada)


def decide(cast: Cast) -> None:
    review = sent(generated(concern_mel(cast, days_ago=20)), cast.ada)
    decided(entry_of(review, cast.mel), ReviewVerdict.KEEP, cast.sam)


def live_through(cast: Cast, word: Callable[[], str]) -> None:
    """Cause every mail about an inactivity review, with `word()` in the texts for admins and council only."""
    at = clock.now()
    review = announced(cast.ada, at=at)
    deliver()
    answered(review, cast.newt, word(), at=at)
    with clock.pretend(review.due_at + DAY):
        sent(generated(review, at=clock.now()), cast.ada, at=clock.now())
        deliver()


Story = tuple[str, StrEnum, Callable[[Cast], object], dict[str, set[str]]]

STORIES: list[Story] = [
    ("notice", InactivityEvent.NOTICED, concern_mel, {Mail.YEARLY_NOTICE: {"mel"}}),
    (
        "notice, answered before",
        InactivityEvent.NOTICED,
        answer_before_the_mail_goes,
        {Mail.YEARLY_NOTICE: set()},
    ),
    ("notice, too late", InactivityEvent.NOTICED, mail_late, {Mail.YEARLY_NOTICE: set()}),
    ("reminder", InactivityEvent.REMINDED, remind, {Mail.YEARLY_NOTICE: {"mel"}}),
    (
        "answer",
        InactivityEvent.ANSWERED,
        answer_before_the_mail_goes,
        {Mail.ATTENTION: {"ada", "abel"}},
    ),
    (
        "answer, retired",
        InactivityEvent.ANSWERED,
        lambda cast: retired(concern_mel(cast), cast.mel),
        {Mail.ATTENTION: {"ada", "abel"}},
    ),
    ("lists", InactivityEvent.GENERATED, make_itself, {Mail.ATTENTION: {"ada", "abel"}}),
    ("lists by an admin", InactivityEvent.GENERATED, make_by_ada, {Mail.ATTENTION: {"abel"}}),
    ("inactivity review sent", InactivityEvent.SENT, send, {Mail.YEARLY_SENT: {"sara", "sam"}}),
    ("note", InactivityEvent.ACTIVITY_NOTED, lambda cast: noted(cast.mel, cast.ada), {Mail.ATTENTION: {"mel", "abel"}}),
    (
        "note withdrawn",
        InactivityEvent.NOTE_WITHDRAWN,
        lambda cast: withdrawn(noted(cast.mel, cast.ada), cast.abel),
        {Mail.ATTENTION: {"mel", "ada"}},
    ),
    ("decision on a name", InactivityEvent.DECIDED, decide, {Mail.ATTENTION: {"ada", "abel"}}),
]
