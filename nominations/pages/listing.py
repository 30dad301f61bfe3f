"""The list of nominations: phase, deadline, and the one action that each row offers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.urls import reverse

from members.people.policy import Actor
from nominations.models import PASSED, Nomination, Phase, Vote
from nominations.policy import GENERAL, POLICY, Action, GeneralAction, allowed

#: The badge's tone; the word is beside it, so that the colour is never the only sign.
TONES = {
    Phase.CONSENT: "neutral",
    Phase.PROPOSED: "neutral",
    Phase.OPEN: "now",
    Phase.CLOSING: "now",
    Phase.COUNCIL_UNTOLD: "now",
    Phase.VETO_WINDOW: "now",
    Phase.AWAITING_CONFIRMATION: "accent",
    Phase.JOINED: "good",
    Phase.FAILED: "neutral",
    Phase.VETOED: "neutral",
    Phase.DECLINED: "neutral",
    Phase.WITHDRAWN: "neutral",
    Phase.CANCELLED: "neutral",
    Phase.ANNULLED: "neutral",
}
#: What a row offers, the first that is allowed: its page and its button.
_BUTTONS = {
    Action.VOTE: ("nominations:vote", "Vote"),
    Action.DECIDE: ("nominations:decide", "Decide"),
    Action.OPEN: ("nominations:open", "Open the vote"),
    Action.NOTE_TURNOUT: ("nominations:note_turnout", "Add a note"),
    Action.CONFIRM: ("nominations:confirm", "Confirm"),
}


@dataclass(frozen=True)
class NominationRow:
    """One row of the list."""

    nomination: Nomination
    phase: Phase
    tone: str
    vote: Vote | None
    deadline: datetime | None
    has_voted: bool
    is_open: bool
    shows_result: bool
    button: RowButton | None


@dataclass(frozen=True)
class RowButton:
    """The action that a row offers."""

    url: str
    label: str
    tone: str


def index(actor: Actor, page: Page[Nomination], chosen: Phase | None, now: datetime) -> dict[str, Any]:
    """Return the context of the list; the nominations come from `queries.for_reader`."""
    council = [phase for phase in Phase if phase in PASSED | {Phase.ANNULLED}]
    return {
        "page": page,
        "rows": [_row(actor, nomination, now) for nomination in page],
        "chosen": chosen,
        "phases": Phase if Action.SEE_DISCUSSION in POLICY.possible(actor) else council,
        "query": f"phase={chosen}" if chosen else "",
        "may_propose": GeneralAction.PROPOSE in GENERAL.possible(actor),
    }


def _row(actor: Actor, nomination: Nomination, now: datetime) -> NominationRow:
    phase, vote = nomination.phase(now), nomination.vote_or_none
    actions = allowed(actor, nomination, now)
    has_voted = nomination.has_voted(actor.person)
    return NominationRow(
        nomination=nomination,
        phase=phase,
        tone=TONES[phase],
        vote=vote,
        deadline=_deadline(vote, phase),
        has_voted=has_voted,
        is_open=phase is Phase.OPEN,
        shows_result=Action.SEE_RESULT in actions,
        button=_button(nomination, actions, has_voted),
    )


def _button(nomination: Nomination, actions: frozenset[Action], has_voted: bool) -> RowButton | None:
    action = next((action for action in _BUTTONS if action in actions), None)
    if action is None:
        return None
    name, label = _BUTTONS[action]
    url = reverse(name, args=[nomination.pk])
    if action is Action.VOTE and has_voted:
        return RowButton(url, "Change", "secondary")
    return RowButton(url, label, "primary")


def _deadline(vote: Vote | None, phase: Phase) -> datetime | None:
    if vote is None:
        return None
    return {Phase.OPEN: vote.closes_at, Phase.VETO_WINDOW: vote.veto_until}.get(phase)
