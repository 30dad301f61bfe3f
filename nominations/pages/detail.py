"""The page of one nomination, and the page of a ballot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page

from members.boarding import policy as boarding
from members.people.models import Person
from members.people.policy import Actor
from nominations import keys, queries
from nominations.defaults import COUNTED_FROM
from nominations.models import Comment, Nomination, Phase, Vote
from nominations.pages.badges import TONES, badge, deadline, remaining
from nominations.pages.discussion import discussion
from nominations.pages.history import history_of
from nominations.pages.progress import steps
from nominations.pages.recount import recount_of
from nominations.policy import FREE_ADMIN, FREE_SEAT, Action, allowed
from web.validity import sort_key


@dataclass(frozen=True)
class Powers:
    """Who can act where declared interests keep people from it."""

    is_reader_barred: bool
    """Whether the reader could act without the interest that they declared."""
    others: list[str]
    """Those who can, by name: admins, and for a reader from the council its members."""


def powers(actor: Actor, nomination: Nomination, now: datetime) -> Powers | None:
    """Return who can act, for a reader who may not because of an interest, and for everybody where no admin can."""
    if nomination.ended_at is not None or not nomination.interests_declared:
        return None
    is_barred = nomination.has_interest(actor.person) and (actor.is_admin or actor.is_steering)
    if not (is_barred or actor.is_member):
        return None
    who = FREE_SEAT if is_barred and not actor.is_admin else FREE_ADMIN
    people = Person.objects.filter(who.people(nomination, now)).order_by("sort_key", "pk")
    others = list(people.values_list("name", flat=True))
    return Powers(is_barred, others) if is_barred or not others else None


def detail(
    actor: Actor, nomination: Nomination, now: datetime, comments: Page[Comment], answered: Comment | None = None
) -> dict[str, Any]:
    """Return the context of one nomination, with the result and the board for those who may see them.

    `answered` is the comment that the reader is about to reply to.
    """
    actions = allowed(actor, nomination, now)
    phase, vote, office = nomination.phase(now), nomination.vote_or_none, nomination.office_or_none
    return {
        "nomination": nomination,
        "phase": phase,
        "tone": TONES[phase],
        "badge": badge(nomination, phase, now),
        "own_office": office is not None and actor.is_person(office.person),
        "can": _can(actions),
        "steps": steps(nomination, now),
        "vote": vote,
        "onboarding": nomination.onboarding,
        "may_onboard": phase is Phase.JOINED and boarding.allows(boarding.Action.SEE_BOARDING, actor),
        "has_lapsed": nomination.has_lapsed(now),
        "nominee_address": queries.address_of_nominee(nomination) if Action.SEE_ADDRESS in actions else "",
        "time_left": _time_left(nomination, phase),
        "stop": nomination.stop_or_none,
        "history": history_of(nomination),
        "powers": powers(actor, nomination, now),
        **(discussion(actor, nomination, comments, answered, now) if Action.SEE_DISCUSSION in actions else {}),
        **(_vote_facts(actor, nomination, vote, actions, now) if vote else {}),
    }


def _time_left(nomination: Nomination, phase: Phase) -> str:
    """Return how long it is possible to vote, or to veto, such as ``9 hours left to vote``; empty in other phases."""
    end = deadline(nomination, phase)
    if end is None:
        return ""
    return f"{remaining(end) or 'Less than a minute'} left {'to vote' if phase is Phase.OPEN else 'for a veto'}"


def _can(actions: frozenset[Action]) -> dict[str, bool]:
    return {action.name.lower(): action in actions for action in Action}


def _vote_facts(
    actor: Actor, nomination: Nomination, vote: Vote, actions: frozenset[Action], now: datetime
) -> dict[str, Any]:
    tally = vote.tally if Action.SEE_RESULT in actions else None
    return {
        "rules": vote.rules_kept,
        "has_lost_key": has_lost_key(nomination),
        "is_on_roll": nomination.is_on_roll(actor.person),
        "roll": sorted(vote.roll.all(), key=lambda entry: (sort_key(entry.name), entry.name)),
        "voted": nomination.voted,
        "has_voted": nomination.has_voted(actor.person),
        **(_telling(nomination, now) if vote.passed else {}),
        "tally": tally,
        "absent": vote.entitled - tally.cast if tally else 0,
        "recount": recount_of(vote, tally) if tally and Action.SEE_BOARD in actions else None,
        "verdict": vote.rules_kept.judge(tally, vote.entitled) if tally else None,
        "is_low": tally is not None and vote.has_low_turnout,
        "refused_vetoes": list(vote.refused_vetoes.select_related("recorded_by", "refused_by")) if vote.passed else [],
        "refused_annulments": list(nomination.refused_annulments.select_related("asked_by", "refused_by"))
        if vote.closed_at
        else [],
        "public_key": keys.shown(bytes(vote.public_key)),
        "extensions": list(vote.extensions.select_related("extended_by")),
        "board": vote.board() if Action.SEE_BOARD in actions else [],
        "decision": getattr(vote, "decision", None),
    }


def _telling(nomination: Nomination, now: datetime) -> dict[str, Any]:
    """Return who on the Steering Council was told, and while nobody was, who is to be."""
    is_untold = nomination.phase(now) is Phase.COUNCIL_UNTOLD
    return {
        "council_told": list(nomination.vote.council_told.select_related("person")),
        "to_tell": [person.name for person in queries.seats_to_tell(nomination, now)] if is_untold else [],
        "counted_from": COUNTED_FROM,
    }


def has_lost_key(nomination: Nomination) -> bool:
    """Return whether the vote still needs a key that is gone."""
    return nomination.ended_at is None and nomination.vote.has_lost_key


def ballot(actor: Actor, nomination: Nomination, now: datetime) -> dict[str, Any]:
    """Return the context of the voting page, before a ballot is cast."""
    rules = nomination.vote.rules_kept
    return {
        "nomination": nomination,
        "vote": nomination.vote,
        "has_voted": nomination.has_voted(actor.person),
        "has_lost_key": has_lost_key(nomination),
        "can": _can(allowed(actor, nomination, now)),
        "rules": rules,
        "shows_example": rules.asks_for_two_thirds,
        "voters": nomination.vote.entitled,
        "voted": nomination.voted,
        "endorsements": list(nomination.endorsements.select_related("person")),
        "interests": list(nomination.interests.select_related("person")),
    }
