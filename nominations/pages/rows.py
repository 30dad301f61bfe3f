"""The rows of the list of nominations: each with who is waited for, what ends, and its one action."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from members.people.policy import Actor
from nominations.models import Nomination, Phase, Vote
from nominations.pages.badges import TONES, badge, count_waits_for, deadline
from nominations.policy import OFFICES, Action, OfficeAction, allowed

#: What a row offers, the first that is allowed: its page and its button.
_BUTTONS = {
    Action.VOTE: ("nominations:vote", "Vote"),
    Action.DECIDE: ("nominations:decide", "Decide"),
    Action.OPEN: ("nominations:open", "Open the vote"),
    Action.NOTE_TURNOUT: ("nominations:note_turnout", "Add a note"),
    Action.CONFIRM: ("nominations:confirm", "Confirm"),
}
#: What ends within a day is marked.
_SOON = timedelta(days=1)

#: The groups of the list, and their order on it.
_BEFORE, _OPEN, _AFTER, _OVER = "Before the vote", "Vote open", "After the vote", "Closed"
GROUPS = {Phase.OPEN: _OPEN, Phase.CONSENT: _BEFORE, Phase.PROPOSED: _BEFORE} | dict.fromkeys(
    (Phase.CLOSING, Phase.COUNCIL_UNTOLD, Phase.VETO_WINDOW, Phase.AWAITING_CONFIRMATION), _AFTER
)
ORDER = (_OPEN, _BEFORE, _AFTER, _OVER)


@dataclass(frozen=True)
class RowButton:
    """The action that a row offers."""

    url: str
    label: str
    tone: str


@dataclass(frozen=True)
class Moment:
    """A moment with the word before it, such as ``closes``."""

    label: str
    when: datetime


@dataclass(frozen=True)
class NominationRow:
    """One row of the list."""

    nomination: Nomination
    group: str
    badge: str
    tone: str
    is_due: bool
    vote: Vote | None
    is_open: bool
    own_part: str
    """Whether the reader has voted, in words; empty where no vote is open."""
    waits_for: str
    """Who is waited for, as a sentence without its full stop; empty for nobody."""
    moments: Sequence[Moment]
    shows_result: bool
    button: RowButton | None


def row_of(actor: Actor, nomination: Nomination, now: datetime) -> NominationRow:
    """Return the row of one nomination; it comes from `queries.for_reader`."""
    phase, vote = nomination.phase(now), nomination.vote_or_none
    actions = allowed(actor, nomination, now)
    due = is_due(nomination, phase, now)
    waiting = _WAITING.get(phase)
    return NominationRow(
        nomination=nomination,
        group=GROUPS.get(phase, _OVER),
        badge=badge(nomination, phase, now),
        tone="now" if due else _tone(nomination, phase),
        is_due=due,
        vote=vote,
        is_open=phase is Phase.OPEN,
        own_part=_own_part(actor, nomination) if phase is Phase.OPEN else "",
        waits_for=waiting(nomination, now) if waiting else "",
        moments=list(_moments(nomination, phase)),
        shows_result=Action.SEE_RESULT in actions,
        button=_office_button(actor, nomination, now) or _button(nomination, actions, actor, is_due=due),
    )


def is_due(nomination: Nomination, phase: Phase, now: datetime) -> bool:
    """Return whether something ends within a day: the vote, or the time for a veto."""
    ends = deadline(nomination, phase)
    return ends is not None and ends - now <= _SOON


def _tone(nomination: Nomination, phase: Phase) -> str:
    """Return the tone of a row that is not due: gold means now or soon, and marks nothing else."""
    if phase in {Phase.OPEN, Phase.VETO_WINDOW}:
        return "neutral"
    return "accent" if phase is Phase.PROPOSED and not nomination.pending_office else TONES[phase]


def _own_part(actor: Actor, nomination: Nomination) -> str:
    if not nomination.is_on_roll(actor.person):
        return "you are not on its roll"
    return "you have voted" if nomination.has_voted(actor.person) else "you have not voted"


# -- who is waited for ---------------------------------------------------------------------------------


def _waits_for_answer(nomination: Nomination, now: datetime) -> str:
    if nomination.has_lapsed(now):
        return f"Waiting for {nomination.nominator.name} to ask again"
    return f"Waiting for {nomination.nominee.name} to answer"


def _waits_for_opening(nomination: Nomination, _now: datetime) -> str:
    office = nomination.pending_office
    if office is not None:
        return f"Waiting for {office.person.name}, who is asked to keep the key"
    return "Waiting for an admin to open the vote"


def _waits_for_council(nomination: Nomination, _now: datetime) -> str:
    return nomination.obstacle.removesuffix(".") or "Waiting for the Steering Council"


def _waits_for_confirmation(nomination: Nomination, _now: datetime) -> str:
    return nomination.obstacle.removesuffix(".") or "Waiting for an admin to confirm"


_WAITING = {
    Phase.CONSENT: _waits_for_answer,
    Phase.PROPOSED: _waits_for_opening,
    Phase.CLOSING: lambda nomination, _now: count_waits_for(nomination.vote),
    Phase.COUNCIL_UNTOLD: _waits_for_council,
    Phase.VETO_WINDOW: _waits_for_council,
    Phase.AWAITING_CONFIRMATION: _waits_for_confirmation,
}


def _moments(nomination: Nomination, phase: Phase) -> Iterator[Moment]:
    """Give since when the row waits, and what ends; each word reads well before ``2 days ago`` or ``in 2 days``."""
    vote, office = nomination.vote_or_none, nomination.pending_office
    if nomination.ended_at is not None:
        yield Moment("ended", nomination.ended_at)
    elif phase is Phase.CONSENT:
        yield Moment("proposed", nomination.proposed_at)
        yield Moment("time to answer ends", nomination.consent_until)
    elif office is not None:
        yield Moment("asked", office.asked_at)
    elif vote is None:
        yield Moment("accepted", nomination.consented_at or nomination.proposed_at)
    elif vote.closed_at is not None:
        yield Moment("counted", vote.closed_at)
        if vote.veto_until is not None:
            yield Moment("veto window ends" if phase is Phase.VETO_WINDOW else "veto window ended", vote.veto_until)
    else:
        yield Moment("closes" if phase is Phase.OPEN else "voting ended", vote.closes_at)


# -- what the reader can do ------------------------------------------------------------------------------


def _office_button(actor: Actor, nomination: Nomination, now: datetime) -> RowButton | None:
    """Return the way to the reader's own key, while it is waited for."""
    office = nomination.office_or_none
    if office is None or not actor.is_person(office.person):
        return None
    actions = OFFICES.allowed(actor, office, now)
    url = reverse("nominations:office", args=[nomination.pk])
    if OfficeAction.COUNT in actions:
        return RowButton(url, "Count the votes", "primary")
    return RowButton(url, "Your key", "secondary") if OfficeAction.ACCEPT in actions else None


def _button(nomination: Nomination, actions: frozenset[Action], actor: Actor, *, is_due: bool) -> RowButton | None:
    """Return the first action that is allowed; only what is due within a day has a filled button."""
    action = next((action for action in _BUTTONS if action in actions), None)
    if action is None:
        return None
    name, label = _BUTTONS[action]
    url = reverse(name, args=[nomination.pk])
    if action is Action.VOTE and nomination.has_voted(actor.person):
        return RowButton(url, "Change vote", "secondary")
    return RowButton(url, label, "primary" if is_due else "secondary")
