"""The list of nominations: in groups by what they wait for, each row with who is waited for and its one action."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.urls import reverse

from members.people.policy import Actor
from nominations import queries
from nominations.models import Nomination, NominationQuerySet, Phase, Vote
from nominations.pages.waiting import waits_for
from nominations.policy import GENERAL, OFFICES, Action, GeneralAction, OfficeAction, allowed
from web.chips import Chip
from web.dates import distance_in_words

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
#: What ends within a day is marked.
_SOON = timedelta(days=1)


class Shown(StrEnum):
    """The parts of the list, by their chips."""

    RUNNING = "running"
    WAITING = "waiting"
    CLOSED = "closed"


_CHIPS = {Shown.RUNNING: "Running", Shown.WAITING: "Waiting for you", Shown.CLOSED: "Closed"}

_BEFORE, _OPEN, _AFTER, _OVER = "Before the vote", "Vote open", "After the vote", "Closed"
_GROUPS = {Phase.OPEN: _OPEN, Phase.CONSENT: _BEFORE, Phase.PROPOSED: _BEFORE} | dict.fromkeys(
    (Phase.CLOSING, Phase.COUNCIL_UNTOLD, Phase.VETO_WINDOW, Phase.AWAITING_CONFIRMATION), _AFTER
)
_ORDER = (_OPEN, _BEFORE, _AFTER, _OVER)


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


@dataclass(frozen=True)
class Listing:
    """The nominations that one reader may know of, as far as they match what was typed."""

    actor: Actor
    now: datetime
    shown: Shown | None
    """None where something was typed and no chip chosen: then everything that matches is shown."""
    typed: str

    @classmethod
    def asked(cls, actor: Actor, now: datetime, *, show: str, typed: str) -> Listing:
        """Return the listing that an address asks for; what it does not know is the list of those that run."""
        typed = typed.strip()
        chosen = Shown(show) if show in set(Shown) else None
        return cls(actor, now, chosen or (None if typed else Shown.RUNNING), typed)

    @cached_property
    def all(self) -> NominationQuerySet:
        """Everything that matches."""
        nominations = queries.for_reader(self.actor)
        return queries.matching(nominations, self.typed) if self.typed else nominations

    def running(self) -> list[Nomination]:
        """Return those without a final outcome: open votes first by their end, then those before, then those after."""
        return sorted(self.all.running(), key=self._order)

    def _order(self, nomination: Nomination) -> tuple[int, datetime]:
        group, vote = _GROUPS[nomination.phase(self.now)], nomination.vote_or_none
        end = (vote.veto_until or vote.closes_at) if vote else nomination.consented_at or nomination.consent_until
        return _ORDER.index(group), end

    def rows(self, running: list[Nomination]) -> list[Nomination] | NominationQuerySet:
        """Return what the chosen chip stands for."""
        if self.shown is Shown.WAITING:
            return self.waiting(running)
        if self.shown is Shown.CLOSED:
            return self.all.closed()
        return running if self.shown else [*running, *self.all.closed()]

    def waiting(self, running: list[Nomination]) -> list[Nomination]:
        """Return those of `running` that wait for the reader, by the same rule as the dashboard."""
        return [one for one in running if waits_for(one, self.actor, self.now)]

    @property
    def query(self) -> str:
        """The chosen chip and what was typed, as they stand in an address."""
        return self._query(self.shown)

    def _query(self, shown: Shown | None) -> str:
        parts = {"show": str(shown or ""), "q": self.typed}
        return urlencode({name: value for name, value in parts.items() if value})

    def chips(self, running: list[Nomination]) -> list[Chip]:
        """Return the filters, each with how many are behind it."""
        counts = {
            Shown.RUNNING: len(running),
            Shown.WAITING: len(self.waiting(running)),
            Shown.CLOSED: self.all.closed().count(),
        }
        return [Chip(label, counts[shown], self._query(shown), shown is self.shown) for shown, label in _CHIPS.items()]


def index(listing: Listing, running: list[Nomination], page: Page[Nomination]) -> dict[str, Any]:
    """Return the context of the list; `running` and the rows of `page` come from `listing`."""
    actor, now = listing.actor, listing.now
    return {
        "page": page,
        "rows": [_row(actor, nomination, now) for nomination in page],
        "chips": listing.chips(running),
        "shown": listing.shown,
        "typed": listing.typed,
        "query": listing.query,
        "running": len(running),
        "due": sum(_is_due(nomination, nomination.phase(now), now) for nomination in running),
        "may_propose": GeneralAction.PROPOSE in GENERAL.possible(actor),
    }


def _row(actor: Actor, nomination: Nomination, now: datetime) -> NominationRow:
    phase, vote = nomination.phase(now), nomination.vote_or_none
    actions = allowed(actor, nomination, now)
    is_due = _is_due(nomination, phase, now)
    waiting = _WAITING.get(phase)
    return NominationRow(
        nomination=nomination,
        group=_GROUPS.get(phase, _OVER),
        badge=badge(nomination, phase, now),
        tone="now" if is_due else _tone(nomination, phase),
        is_due=is_due,
        vote=vote,
        is_open=phase is Phase.OPEN,
        own_part=_own_part(actor, nomination) if phase is Phase.OPEN else "",
        waits_for=waiting(nomination, now) if waiting else "",
        moments=list(_moments(nomination, phase)),
        shows_result=Action.SEE_RESULT in actions,
        button=_office_button(actor, nomination, now) or _button(nomination, actions, actor, is_due=is_due),
    )


def _is_due(nomination: Nomination, phase: Phase, now: datetime) -> bool:
    """Return whether something ends within a day: the vote, or the time for a veto."""
    vote = nomination.vote_or_none
    ends = {Phase.OPEN: vote.closes_at, Phase.VETO_WINDOW: vote.veto_until}.get(phase) if vote else None
    return ends is not None and ends - now <= _SOON


def _tone(nomination: Nomination, phase: Phase) -> str:
    """Return the tone of a row that is not due: gold means now or soon, and marks nothing else."""
    if phase in {Phase.OPEN, Phase.VETO_WINDOW}:
        return "neutral"
    return "accent" if phase is Phase.PROPOSED and not nomination.pending_office else TONES[phase]


def badge(nomination: Nomination, phase: Phase, now: datetime) -> str:
    """Return where a nomination stands, in two or three words."""
    if phase is Phase.OPEN:
        return time_left(nomination.vote.closes_at)
    if phase is Phase.CONSENT:
        return "No answer" if nomination.has_lapsed(now) else "Asked"
    if phase is Phase.PROPOSED:
        return "Needs a key" if nomination.pending_office else "Ready to open"
    if phase is Phase.CLOSING:
        return "Needs its key" if nomination.vote.officer_id or nomination.vote.has_lost_key else phase.label
    return "Veto to confirm" if nomination.pending_veto and nomination.ended_at is None else phase.label


def time_left(end: datetime) -> str:
    """Return ``9 hours left``."""
    distance = distance_in_words(end)
    return f"{distance.removeprefix('in ')} left" if distance.startswith("in ") else "closes now"


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


def _waits_for_count(nomination: Nomination, _now: datetime) -> str:
    vote = nomination.vote
    if vote.officer is not None:
        return f"The count waits for {vote.officer.name}, who holds the key"
    return "The key is gone; waiting for an admin" if vote.has_lost_key else "The ballots are being counted"


def _waits_for_council(nomination: Nomination, _now: datetime) -> str:
    if nomination.obstacle:
        return nomination.obstacle.removesuffix(".")
    return "Waiting for the Steering Council"


def _waits_for_confirmation(nomination: Nomination, _now: datetime) -> str:
    return nomination.obstacle.removesuffix(".") or "Waiting for an admin to confirm"


_WAITING = {
    Phase.CONSENT: _waits_for_answer,
    Phase.PROPOSED: _waits_for_opening,
    Phase.CLOSING: _waits_for_count,
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
