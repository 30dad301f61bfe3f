"""What the larger pages show, worked out before a template sees it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.urls import reverse

from members import policy as members
from members.models import User
from members.policy import Actor
from nominations.models import Nomination, Phase
from nominations.models.nomination import PASSED
from nominations.models.vote import RollEntry, Vote
from nominations.policy import Action, allowed, general
from nominations.progress import steps

#: The badge's tone; the word is beside it, so that the colour is never the only sign.
TONES = {
    Phase.PROPOSED: "neutral",
    Phase.OPEN: "now",
    Phase.CLOSING: "now",
    Phase.VETO_WINDOW: "now",
    Phase.AWAITING_CONFIRMATION: "accent",
    Phase.JOINED: "good",
    Phase.FAILED: "neutral",
    Phase.VETOED: "neutral",
    Phase.WITHDRAWN: "neutral",
}
#: The one act a list offers beside a nomination, the first that is allowed: its page and its button.
_ACTS = {
    Action.VOTE: ("nominations:vote", "Vote"),
    Action.DECIDE: ("nominations:decide", "Decide"),
    Action.OPEN: ("nominations:open", "Open the vote"),
    Action.CONFIRM: ("nominations:confirm", "Confirm"),
}


def index(actor: Actor, page: Page[Nomination], chosen: Phase | None, now: datetime) -> dict[str, Any]:
    """The list: rows with phase, deadline and the one act."""
    known = Phase if actor.is_member else [phase for phase in Phase if phase in PASSED]
    return {
        "page": page,
        "rows": [_row(actor, nomination, now) for nomination in page],
        "chosen": chosen,
        "phases": known,
        "query": f"phase={chosen}" if chosen else "",
        "may_propose": Action.PROPOSE in general(actor),
    }


def _row(actor: Actor, nomination: Nomination, now: datetime) -> dict[str, Any]:
    phase, vote = nomination.phase(now), nomination.vote_or_none
    actions = allowed(actor, nomination, now=now)
    entry = vote.entry_of(actor.person) if vote else None
    has_voted = entry is not None and entry.has_voted
    return {
        "nomination": nomination,
        "phase": phase,
        "tone": TONES[phase],
        "vote": vote,
        "deadline": _deadline(vote, phase),
        "has_voted": has_voted,
        "is_open": phase == Phase.OPEN,
        "shows_result": Action.SEE_RESULT in actions,
        **_act(nomination, actions, has_voted),
    }


def _act(nomination: Nomination, actions: frozenset[Action], has_voted: bool) -> dict[str, str]:
    act = next((action for action in _ACTS if action in actions), None)
    if act is None:
        return {}
    name, label = _ACTS[act]
    replaces = act == Action.VOTE and has_voted
    return {
        "act_url": reverse(name, args=[nomination.pk]),
        "act_label": "Change" if replaces else label,
        "act_tone": "secondary" if replaces else "primary",
    }


def _deadline(vote: Vote | None, phase: Phase) -> datetime | None:
    if vote is None:
        return None
    return {Phase.OPEN: vote.closes_at, Phase.VETO_WINDOW: vote.veto_until}.get(phase)


def detail(actor: Actor, nomination: Nomination, now: datetime) -> dict[str, Any]:
    """One nomination, with the result and the board for those who may see them."""
    actions = allowed(actor, nomination, now=now)
    phase, vote = nomination.phase(now), nomination.vote_or_none
    return {
        "nomination": nomination,
        "phase": phase,
        "tone": TONES[phase],
        "can": {action.name.lower(): action in actions for action in Action},
        "steps": steps(nomination, now),
        "vote": vote,
        "may_invite": phase == Phase.JOINED and _may_invite(actor, nomination),
        **(_vote_facts(actor, vote, actions) if vote else {}),
    }


def _vote_facts(actor: Actor, vote: Vote, actions: frozenset[Action]) -> dict[str, Any]:
    roll = list(vote.roll.all())
    tally = vote.tally if Action.SEE_RESULT in actions else None
    return {
        "rules": vote.rules_kept,
        "roll": roll,
        "voted": sum(entry.has_voted for entry in roll),
        "has_voted": _has_voted(actor, roll),
        "tally": tally,
        "is_low": tally.is_low(len(roll)) if tally else False,
        "board": vote.board() if Action.SEE_BOARD in actions else [],
        "decision": getattr(vote, "decision", None),
    }


def _may_invite(actor: Actor, nomination: Nomination) -> bool:
    """An invitation is an act of its own (`members`); a passed vote only suggests it."""
    may = members.Action.INVITE in members.allowed(actor)
    return may and not User.objects.filter(person=nomination.nominee).exists()


def ballot(actor: Actor, nomination: Nomination, now: datetime) -> dict[str, Any]:
    """The voting page and the receipt."""
    vote = nomination.vote
    roll = list(vote.roll.all())
    return {
        "nomination": nomination,
        "vote": vote,
        "rules": vote.rules_kept,
        "voters": len(roll),
        "voted": sum(entry.has_voted for entry in roll),
        "has_voted": _has_voted(actor, roll),
    }


def _has_voted(actor: Actor, roll: list[RollEntry]) -> bool:
    return any(entry.has_voted for entry in roll if actor.person and entry.person_id == actor.person.pk)
