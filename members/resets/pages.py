"""Build the pages of resets, and what this app contributes to others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from members.accounts.queries.logins import sign_ins
from members.people.models import Person
from members.people.policy import Actor
from members.people.queries.people import PersonStatus
from members.people.registry import OwnData
from members.resets.enums import ResetPhase
from members.resets.models import LoginReset
from members.resets.policy import POLICY, RESETS, Action, ResetAction
from web.areas import AreaSource, CountOf, Values, number_in_words
from web.confirmation import ConfirmationPage
from web.dates import iso
from web.sections import Section
from web.timeline import StepState, TimelineStep
from web.waiting import Area, Columns, ColumnSource, Waiting

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


def begin(person: Person) -> ConfirmationPage:
    """Return the page for an admin who vouches for somebody that lost their way in."""
    return ConfirmationPage(
        here="Reset the login",
        heading=f"Give {person.name} a new way in?",
        lead="For lost second factors, or an address that is dead. You are the first of two people who say that it is "
        "them.",
        points=(
            f"{person.name} gets a mail at the present address at once, with a link that stops it.",
            "A second admin or a council member confirms. Until then nothing changes, and after 7 days it lapses.",
            "Then passkeys, authenticator app, recovery codes and password are removed, and the sessions end.",
            "A link to choose a new password and a new second factor is mailed. It works once, for 48 hours.",
            "All admins and the whole Steering Council are told, before and after.",
        ),
        label="I vouch for them",
    )


def on_record(status: PersonStatus, actor: Actor, now: datetime) -> Iterator[Section]:
    """Yield the link by which an admin begins a reset, on the record of somebody with an open login."""
    if POLICY.allows(Action.BEGIN, actor, status.person, now):
        url = reverse("resets:begin", args=[status.person.slug])
        yield Section("actions", 15, "people/_action.html", {"label": "Reset the login", "url": url})


def own_data(person: Person) -> Iterator[OwnData]:
    """Yield a person's requests for a reset."""
    resets = list(person.login_resets.all())
    yield OwnData(41, "login_resets", [_own(row) for row in resets], resets)


def _own(reset: LoginReset) -> dict[str, Any]:
    moments = ("asked_at", "expires_at", "confirmed_at", "refused_at", "stopped_at")
    return {"new_email": reset.new_email or None, **{name: iso(getattr(reset, name)) for name in moments}}


def _columns(actor: Actor, now: datetime) -> Columns:
    if Action.SEE not in POLICY.possible(actor):
        return {}
    resets = LoginReset.objects.open(now).exclude(Q(person=actor.person) | Q(proposed_by=actor.person))
    if not actor.is_admin:
        resets = resets.exclude(proposed_at=None)  # the first word is an admin's
    return {"resets_to_confirm": CountOf(resets.values("pk"))}


def _items(_actor: Actor, _now: datetime, values: Mapping[str, Any]) -> list[Waiting]:
    """Return one item for all requests for a reset that wait for the reader's word."""
    number = values["resets_to_confirm"]
    if not number:
        return []
    return [
        Waiting(
            urgency="Locked out",
            tone="now",
            due=None,
            title="Somebody asks for a new way in" if number == 1 else f"{number} people ask for a new way in",
            detail="They have lost their second factors or their address. Two people say that it is them.",
            url=reverse("resets:list"),
            action="Look",
        )
    ]


def _area_columns(now: datetime) -> Columns:
    return {"open_resets": CountOf(LoginReset.objects.open(now).values("pk"))}


def _concerns(actor: Actor) -> bool:
    return Action.SEE in POLICY.possible(actor)


def _area(values: Values, _now: datetime) -> Area:
    return Area(
        title="Login resets",
        url=reverse("resets:list"),
        detail="Two people give a new way in to somebody who lost theirs.",
        urgency=number_in_words(values["open_resets"], "waits", "wait"),
    )


WAITING = ColumnSource(_columns, _items)
AREAS = (AreaSource(group="People", position=52, columns=_area_columns, area=_area, concerns=_concerns),)
