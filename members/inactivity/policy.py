"""The rules about inactivity reviews: running them, answering for others, and deciding on names."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from members.inactivity.enums import LISTED, DecisionObstacle, ReviewPhase
from members.inactivity.models import ActivityNote, InactivityReview, ReviewEntry
from members.people.models import Person
from members.people.permissions import Policy, Rule, the_person
from members.people.policy import ADMIN, STEERING
from web.dates import day_in_words


class Action(StrEnum):
    """Actions about inactivity reviews in general."""

    SEE_REVIEWS = "inactivity:see"
    RUN_REVIEWS = "inactivity:run"


POLICY: Policy[Action, Person] = Policy(
    Rule(Action.SEE_REVIEWS, ADMIN | STEERING),
    Rule(Action.RUN_REVIEWS, ADMIN),
)
allows, possible, require, require_any, people_who = (
    POLICY.allows,
    POLICY.possible,
    POLICY.require,
    POLICY.require_any,
    POLICY.people_who,
)

# -- one review ---------------------------------------------------------------------------------------------


class ReviewAction(StrEnum):
    """Actions on one inactivity review."""

    GENERATE = "inactivity:generate"
    SEND = "inactivity:send"


#: A phase refuses every action that its rule does not name, so one sentence fits both.
_INSTEAD = {
    ReviewPhase.ANNOUNCED: "The notice is not over yet: those concerned still have time for an answer.",
    ReviewPhase.DUE: "This review is not generated yet.",
    ReviewPhase.GENERATED: "This review is generated already.",
    ReviewPhase.SENT: "The Steering Council has this review already.",
    ReviewPhase.DECIDED: "The Steering Council has this review already.",
}

REVIEWS: Policy[ReviewAction, InactivityReview] = Policy(
    Rule(ReviewAction.GENERATE, ADMIN, frozenset({ReviewPhase.DUE})),
    Rule(ReviewAction.SEND, ADMIN, frozenset({ReviewPhase.GENERATED})),
    phase_of=lambda review, now: review.phase(now),
    instead=_INSTEAD,
)

# -- one name in a review -----------------------------------------------------------------------------------


class EntryAction(StrEnum):
    """Actions on one name in a review."""

    ANSWER_FOR = "inactivity:answer"
    DECIDE = "inactivity:decide"


def _not_answered_for(entry: ReviewEntry, now: datetime) -> str:
    name = entry.person.name
    if entry.noticed:
        return f"{name} got the notice by mail, and answers it by its links."
    if entry.answer:
        return f"The answer of {name} is written down already."
    if not entry.review.takes_answers(now):
        return "The time for an answer is over."
    if not entry.is_member:
        return f"{name} is not a member any more, so there is nothing to answer."
    if entry.is_suspended:
        return f"The access of {name} is suspended. Settle that first."
    return ""


def obstacle_to_decision(entry: ReviewEntry) -> DecisionObstacle | None:
    """Return why the Steering Council does not decide on a name; None when it does. `to_decide` is the same in SQL."""
    if entry.is_decided:
        return DecisionObstacle.SETTLED
    if not entry.is_member:
        return DecisionObstacle.LEFT
    if entry.review.sent_at is None:
        return DecisionObstacle.NOT_SENT
    if entry.is_superseded:
        return DecisionObstacle.SUPERSEDED
    return None if entry.group in LISTED else DecisionObstacle.NOT_LISTED


_UNDECIDABLE = {
    DecisionObstacle.SETTLED: "What the Steering Council decided on {} is recorded already.",
    DecisionObstacle.LEFT: "{} is not a member any more, so there is nothing to decide.",
    DecisionObstacle.NOT_SENT: "This review has not been sent to the Steering Council yet.",
    DecisionObstacle.SUPERSEDED: "A newer review was sent since. Decide on the names there.",
    DecisionObstacle.NOT_LISTED: "{} is in none of the lists for the council, so there is nothing to decide.",
}


def _not_to_decide(entry: ReviewEntry, _now: datetime) -> str:
    obstacle = obstacle_to_decision(entry)
    return _UNDECIDABLE[obstacle].format(entry.person.name) if obstacle else ""


NAMED = the_person(lambda entry: entry.person)

#: Its entries are loaded by `queries.entries` or `queries.entries_of`, which bring their circumstances.
ENTRIES: Policy[EntryAction, ReviewEntry] = Policy(
    # Nobody answers or decides for themselves.
    Rule(EntryAction.ANSWER_FOR, ADMIN & ~NAMED, otherwise=_not_answered_for),
    Rule(EntryAction.DECIDE, STEERING & ~NAMED, otherwise=_not_to_decide),
)


# -- notes on work outside the portal ----------------------------------------------------------------------


class NoteAction(StrEnum):
    """Actions about an admin's note on somebody's work outside the portal."""

    SEE = "note:see"
    WRITE = "note:write"
    WITHDRAW = "note:withdraw"


#: Writing, about a person: nobody vouches for themselves.
NOTING: Policy[NoteAction, Person] = Policy(Rule(NoteAction.WRITE, ADMIN & ~the_person(lambda person: person)))


def obstacle_to_day(day: date, first: date, today: date) -> str:
    """Return why no work is noted for `day`, as a sentence; "" when it may be. All days in UTC."""
    if day > today:
        return "This day is still to come."
    if day < first:
        return f"This day is before the period of the review, which began on {day_in_words(first)}."
    return ""


def _withdrawn(note: ActivityNote, _now: datetime) -> str:
    return "This note is withdrawn already." if note.withdrawn_at else ""


IS_NOTED = the_person(lambda note: note.person)

NOTES: Policy[NoteAction, ActivityNote] = Policy(
    Rule(NoteAction.SEE, ADMIN | STEERING | IS_NOTED),
    Rule(NoteAction.WITHDRAW, ADMIN & ~IS_NOTED, otherwise=_withdrawn),
)


# -- one's own name, by the private links of a notice -------------------------------------------------------


class NamedAction(StrEnum):
    """The actions of the holder of a notice's private links."""

    ANSWER = "notice:answer"


def _not_to_answer(entry: ReviewEntry, now: datetime) -> str:
    if entry.answer:
        return "You have answered already. Each notice takes one answer."
    if not entry.review.takes_answers(now):
        return "The time for an answer is over."
    if not entry.is_member:
        return "Your membership has ended, so there is nothing to answer."
    if entry.is_suspended:
        # Somebody who reads a stolen mailbox must not end a membership.
        return "Your access is suspended. An admin answers your questions."
    return ""


#: Asked of the person named as an actor without roles: the link is the permission, its holder need not be signed in.
OF_NAMED: Policy[NamedAction, ReviewEntry] = Policy(Rule(NamedAction.ANSWER, NAMED, otherwise=_not_to_answer))
