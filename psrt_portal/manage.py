"""The way to everything an admin does about people: what waits there, and which step comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from members.accounts import policy as accounts
from members.accounts.models import Invitation
from members.boarding import policy as boarding
from members.boarding.models import Checklist
from members.drift import policy as drift
from members.drift.models import DriftCheck, FindingKind, Reading
from members.drift.queries.checks import standing_findings
from members.inactivity import policy as inactivity
from members.inactivity import queries as reviews
from members.inactivity.enums import ReviewPhase
from members.people.models import Person, Suspension
from members.people.policy import Actor
from web.dates import day_in_words


@dataclass(frozen=True)
class Entry:
    """One line: where it leads, what for, and what waits there; `tone` is the badge's."""

    label: str
    url: str
    text: str
    note: str = ""
    tone: str = "now"


@dataclass(frozen=True)
class Group:
    """Lines that belong together."""

    title: str
    rows: tuple[Entry, ...]


def entries_for(actor: Actor, now: datetime) -> list[Entry]:
    """What `actor`'s dashboard says of comings, goings and the inactivity review; nothing for a plain member."""
    actions = accounts.possible(actor) | boarding.possible(actor) | drift.possible(actor) | inactivity.possible(actor)
    made = [
        _onboarding() if boarding.Action.ONBOARD in actions else None,
        _offboarding() if boarding.Action.OFFBOARD in actions else None,
        _drift() if drift.Action.SEE_DRIFT in actions else None,
        _review(now) if inactivity.Action.SEE_REVIEWS in actions else None,
        _suspensions() if accounts.Action.END_SUSPENSION in actions else None,
    ]
    return [entry for entry in made if entry]


def groups(now: datetime) -> list[Group]:
    """Everything, with what waits; a constant number of queries."""
    return [
        Group("Coming and going", (_onboarding(), _offboarding(), _suspensions())),
        Group("People", (_people(now.date()), _invitations(), _responsibilities())),
        Group("Every place in step", (_drift(), _channels())),
        Group("Once a year", (_review(now),)),
    ]


def _count(number: int, one: str, many: str) -> str:
    return {0: "", 1: f"One {one}"}.get(number, f"{number} {many}")


def _onboarding() -> Entry:
    return Entry(
        "Onboarding",
        reverse("boarding:onboardings"),
        "Whoever the team has accepted comes in: login, responsibilities, channels, access.",
        _count(Checklist.objects.onboardings().running().count(), "on the way in", "on the way in"),
    )


def _offboarding() -> Entry:
    return Entry(
        "Offboarding",
        reverse("boarding:offboardings"),
        "Whoever leaves: reports handed over, every channel closed.",
        _count(Checklist.objects.offboardings().running().count(), "is open", "are open"),
    )


def _suspensions() -> Entry:
    return Entry(
        "Suspensions",
        reverse("accounts:suspensions"),
        "The emergency brake: a lost laptop, an account in foreign hands.",
        _count(Suspension.objects.in_force().count(), "in force", "in force"),
    )


def _people(today: date) -> Entry:
    return Entry(
        "People",
        reverse("people:list"),
        "Everybody the portal knows: periods, roles, and what you can do about them.",
        f"{Person.objects.members(today).count()} members",
        "neutral",
    )


def _invitations() -> Entry:
    return Entry(
        "Invitations",
        reverse("accounts:invitations"),
        "A login comes from an invitation, and from nothing else.",
        _count(Invitation.objects.pending().count(), "not accepted", "not accepted"),
        "neutral",
    )


def _responsibilities() -> Entry:
    return Entry(
        "Responsibilities and How to join",
        reverse("documents:list"),
        "The two public pages that are kept here, version by version, and who has accepted which.",
    )


def _drift() -> Entry:
    findings = [*standing_findings().values_list("kind", flat=True)]
    unread = Reading.objects.newest().exclude(error="").count()
    if not DriftCheck.objects.finished().exists():
        note, tone = "Never checked", "now"
    elif left := findings.count(FindingKind.LEFT):
        note, tone = _count(left, "account of who left", "accounts of who left"), "critical"
    elif findings:
        note, tone = _count(len(findings), "difference", "differences"), "now"
    elif unread:
        note, tone = _count(unread, "channel not read", "channels not read"), "now"
    else:
        note, tone = "In step", "good"
    return Entry(
        "Drift",
        reverse("drift:index"),
        "Does the GitHub team, the mailing list and the chat agree with the roster?",
        note,
        tone,
    )


def _channels() -> Entry:
    return Entry(
        "Channels",
        reverse("channels:list"),
        "The places outside to which membership gives access, and what an admin does there.",
    )


def _review(now: datetime) -> Entry:
    return Entry(
        "Inactivity review",
        reverse("inactivity:list"),
        "Who has not been active, for the Steering Council, which decides on each name.",
        *_state_of_review(now),
    )


def _state_of_review(now: datetime) -> tuple[str, str]:
    """Return where the newest review stands, or when the next is due; with the badge's tone. One query."""
    review = reviews.latest()
    if review is None:
        return "To announce", "now"
    match review.phase(now):
        case ReviewPhase.ANNOUNCED:
            return f"Notice until {day_in_words(review.due_at.date())}", "accent"
        case ReviewPhase.DUE:
            return "Lists to make", "now"
        case ReviewPhase.GENERATED:
            return "To send", "now"
        case ReviewPhase.SENT:
            return _count(review.names_to_decide, "name to decide", "names to decide"), "accent"
    due_on = review.next_due_on
    return (f"Next on {day_in_words(due_on)}", "neutral") if due_on and now.date() < due_on else ("To announce", "now")
