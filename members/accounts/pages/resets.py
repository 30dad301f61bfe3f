"""Build the pages of resets: the list, one request, and what the owner of the login sees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from members.accounts.enums import ResetPhase
from members.accounts.models import LoginReset
from members.accounts.policy import RESETS, ResetAction
from members.accounts.queries.profile import sign_ins
from members.people.policy import Actor
from web.timeline import StepState, TimelineStep

_BADGES = {
    ResetPhase.ASKED: ("Waits for an admin", "now"),
    ResetPhase.PROPOSED: ("Waits for a second person", "now"),
    ResetPhase.CONFIRMED: ("Confirmed", "good"),
    ResetPhase.REFUSED: ("Refused", "critical"),
    ResetPhase.STOPPED: ("Stopped", "neutral"),
    ResetPhase.EXPIRED: ("Expired", "neutral"),
}
_WAITING = {ResetPhase.ASKED, ResetPhase.PROPOSED}


@dataclass(frozen=True)
class ResetRow:
    """One line of the list; `label` and `tone` are the badge's."""

    reset: LoginReset
    label: str
    tone: str
    waits: bool


def reset_rows(resets: Iterable[LoginReset], now: datetime) -> list[ResetRow]:
    """Return a line for each of `resets`, in their order. No query."""
    return [ResetRow(reset, *_BADGES[phase], phase in _WAITING) for reset in resets for phase in [reset.phase(now)]]


def context_of(reset: LoginReset, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the context of one request's page, for who vouches, confirms or refuses."""
    phase = reset.phase(now)
    actions = RESETS.allowed(actor, reset, now)
    label, tone = _BADGES[phase]
    return {
        "reset": reset,
        "person": reset.person,
        "label": label,
        "tone": tone,
        "can": {action.name.lower(): action in actions for action in ResetAction},
        "waits": phase in _WAITING,
        "why_not": _why_not(reset, actor, now, phase),
        "address": reset.new_email or reset.person.user.email,
        "last_sign_in": sign_ins(reset.person).first(),
    }


def _why_not(reset: LoginReset, actor: Actor, now: datetime, phase: ResetPhase) -> str:
    """Return why the reader cannot take the next step, as a sentence; "" when they can, and once it is over."""
    if phase not in _WAITING:
        return ""
    step = ResetAction.PROPOSE if phase == ResetPhase.ASKED else ResetAction.CONFIRM
    if RESETS.allows(step, actor, reset, now):
        return ""
    if actor.is_person(reset.person):
        return "It is your own login, so others decide."
    if actor.is_person(reset.proposed_by):
        return "You vouched for them, so somebody else confirms it: another admin, or a council member."
    return RESETS.obstacle(step, reset, now) or "An admin vouches for them first; then you may be the second person."


def steps(reset: LoginReset, now: datetime) -> list[TimelineStep]:
    """Return the four steps as the owner of the login reads them: two of them are people."""
    phase = reset.phase(now)
    is_proposed = reset.proposed_at is not None
    is_confirmed = phase == ResetPhase.CONFIRMED
    first = f"{reset.proposed_by} confirmed that it is you." if is_proposed else "Call an admin, and name the number."
    second = "Another admin, or somebody on the Steering Council. You can call one of them."
    return [
        TimelineStep("You asked for help", "A mail with a link that stops it went to your address.", StepState.DONE),
        TimelineStep("An admin confirms that it is you", first, _state(is_proposed, phase == ResetPhase.ASKED)),
        TimelineStep("A second person confirms", second, _state(is_confirmed, phase == ResetPhase.PROPOSED)),
        TimelineStep(
            "You choose a new password and add a second factor",
            "By a link in a mail. The old factors and recovery codes stop working at that moment.",
            _state(False, is_confirmed),
        ),
    ]


def _state(is_done: bool, is_current: bool) -> StepState:
    if is_done:
        return StepState.DONE
    return StepState.CURRENT if is_current else StepState.TODO
