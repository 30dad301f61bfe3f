"""The Steering Council's decisions on people: the list, the page of one, and what waits for a seat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, Min, Q
from django.urls import reverse

from members.people.models import Person
from members.people.policy import Actor
from nominations import queries
from nominations.models import Resolution, ResolutionKind, ResolutionPhase
from nominations.policy import RECORDED, RESOLUTIONS, RecordedAction, ResolutionAction
from web.dates import length_in_words, moment_in_words
from web.waiting import Columns, ColumnSource, Waiting

TONES: Mapping[ResolutionPhase, str] = {
    ResolutionPhase.NOT_CARRIED: "neutral",
    ResolutionPhase.PENDING: "now",
    ResolutionPhase.BLOCKED: "now",
    ResolutionPhase.OBJECTED: "neutral",
    ResolutionPhase.EFFECTIVE: "good",
    ResolutionPhase.CORRECTED: "neutral",
}
#: What a decision has done, after the name.
_DONE = {
    ResolutionKind.DESIGNATE_ADMIN: "became an admin",
    ResolutionKind.RELEASE_ADMIN: "stopped being an admin",
    ResolutionKind.REMOVE_MEMBER: "left the team",
    ResolutionKind.RETURN_MEMBER: "can come back; the onboarding began",
}
#: What it does, after the name.
_DOES = {
    ResolutionKind.DESIGNATE_ADMIN: "becomes an admin",
    ResolutionKind.RELEASE_ADMIN: "stops being an admin",
    ResolutionKind.REMOVE_MEMBER: "leaves the team",
    ResolutionKind.RETURN_MEMBER: "can come back",
}


#: What a second seat sets off at once, for the page that asks it.
_CONSEQUENCES = {
    ResolutionKind.DESIGNATE_ADMIN: ("They can open votes, invite people and suspend a member, from now on.",),
    ResolutionKind.RELEASE_ADMIN: ("They stay a member.", "At least two admins have to be left."),
    ResolutionKind.REMOVE_MEMBER: (
        "Their access to the portal ends at once, on every device, and with it the role of an admin.",
        "Their open reports have to be handed over, and the admins close the channels outside.",
        "They leave this team. That ejects nobody from the core team.",
        "Only a new vote, or a decision of the council where the rules allow it, brings them back.",
    ),
    ResolutionKind.RETURN_MEMBER: ("Their onboarding begins; they are a member when access is complete.",),
}


@dataclass(frozen=True)
class Seat:
    """One seat of the Steering Council, and its part in a decision."""

    name: str
    part: str
    tone: str


def title(resolution: Resolution) -> str:
    """Return what the decision does, or would do, as a sentence without its full stop."""
    return f"{resolution.person.name} {_DOES[ResolutionKind(resolution.kind)]}"


def effect(resolution: Resolution) -> str:
    """Return what the decision has changed, or what it waits for, as a sentence."""
    match resolution.phase:
        case ResolutionPhase.NOT_CARRIED:
            return "It did not carry; nothing changed."
        case ResolutionPhase.EFFECTIVE:
            return f"{resolution.person.name} {_DONE[ResolutionKind(resolution.kind)]}."
        case ResolutionPhase.OBJECTED:
            return "A council member objected; nothing changed."
        case ResolutionPhase.CORRECTED:
            return "A later record replaces this one; nothing changed."
        case ResolutionPhase.BLOCKED:
            return f"It could not take effect: {resolution.obstacle}"
    return f"Nothing has changed yet. {_waits(resolution)}"


def _waits(resolution: Resolution) -> str:
    if resolution.due_at is None:
        return f"It takes effect only when a second council member confirms it. {resolution.obstacle}".strip()
    return (
        "It takes effect when a second council member confirms it, "
        f"or on {moment_in_words(resolution.due_at)} if none objects."
    )


def resolutions(actor: Actor, page: Page[Resolution]) -> dict[str, Any]:
    """Return the context of the list."""
    return {
        "page": page,
        "rows": [(resolution, effect(resolution), TONES[resolution.phase]) for resolution in page],
        "may_resolve": ResolutionAction.RECORD in RESOLUTIONS.possible(actor),
    }


def resolution(actor: Actor, shown: Resolution, now: datetime) -> dict[str, Any]:
    """Return the context of one decision: what it does, who has spoken, and what the reader can do."""
    actions = RECORDED.allowed(actor, shown, now)
    is_pending = shown.phase is ResolutionPhase.PENDING
    return {
        "resolution": shown,
        "title": title(shown),
        "effect": effect(shown),
        "tone": TONES[shown.phase],
        "left": length_in_words(shown.due_at - now) if is_pending and shown.due_at and shown.due_at > now else "",
        "struck": shown.corrects,
        "seats": [_seat(actor, shown, holder) for holder in queries.council(now.date())],
        "consequences": _CONSEQUENCES[ResolutionKind(shown.kind)],
        "is_removal": shown.kind == ResolutionKind.REMOVE_MEMBER,
        "objection": shown.objection if RecordedAction.SEE_OBJECTION in actions else "",
        "may_confirm": RecordedAction.CONFIRM in actions,
        "may_object": RecordedAction.OBJECT in actions,
        "may_correct": RecordedAction.CORRECT in actions,
    }


def _seat(actor: Actor, resolution: Resolution, holder: Person) -> Seat:
    parts = (
        (resolution.recorded_by, "recorded it", "good"),
        (resolution.confirmed_by, "confirmed it", "good"),
        (resolution.objected_by, "objected", "bad"),
        (resolution.person, "concerned: takes no part", "neutral"),
    )
    part, tone = next(((part, tone) for person, part, tone in parts if person == holder), ("", "neutral"))
    is_asked = resolution.phase in {ResolutionPhase.PENDING, ResolutionPhase.BLOCKED}
    if not part and is_asked:
        part, tone = ("you are asked", "now") if actor.is_person(holder) else ("is asked", "neutral")
    return Seat(holder.name, part, tone)


# -- the dashboard ------------------------------------------------------------------------------------


def _columns(actor: Actor, _now: datetime) -> Columns:
    if actor.person is None or RecordedAction.CONFIRM not in RECORDED.possible(actor):
        return {}
    waiting = queries.resolutions_for_second_seat(actor.person)
    facts = {"number": Count("pk"), "first": Min("pk"), "due": Min("due_at", filter=Q(blocked_at=None))}
    return {f"resolutions_{name}": queries.of_all(waiting, fact) for name, fact in facts.items()}


def _to_confirm(_actor: Actor, _now: datetime, values: Mapping[str, Any]) -> list[Waiting]:
    """Return the decisions that wait for this seat as one item, which leads to the only one or to the list."""
    number, due = values["resolutions_number"], values["resolutions_due"]
    if not number:
        return []
    is_one = number == 1
    return [
        Waiting(
            urgency="To confirm",
            tone="now",
            due=due,
            title="A council decision waits for a second council member"
            if is_one
            else f"{number} council decisions wait for a second council member",
            detail="Confirm it if the council decided so, or object."
            + (f" Without an objection it takes effect on {moment_in_words(due)}." if due else ""),
            url=reverse("nominations:resolution", args=[values["resolutions_first"]])
            if is_one
            else reverse("nominations:resolutions"),
            action="Review",
        )
    ]


WAITING = ColumnSource(_columns, _to_confirm)
