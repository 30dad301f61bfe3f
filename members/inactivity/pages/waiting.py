"""Dashboard items of the inactivity review."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from members.inactivity import queries
from members.inactivity.enums import ReviewPhase
from members.inactivity.models import InactivityReview
from members.inactivity.policy import ENTRIES, Action, EntryAction, possible
from members.people.policy import Actor
from web.areas import AreaSource
from web.dates import day_in_words
from web.waiting import Area, Waiting


def dashboard_items(actor: Actor, now: datetime) -> list[Area]:
    """Return how the review stands, what an admin does next, and names to decide on for the Steering Council.

    One query, and none for people who have no part in a review. One's own name waits for somebody else.
    """
    runs, decides = Action.RUN_REVIEWS in possible(actor), EntryAction.DECIDE in ENTRIES.possible(actor)
    if not (runs or decides):
        return []
    reviews = list(queries.latest_with_names(without=actor.person))
    latest = reviews[0] if reviews else None
    items: list[Area | None] = [area(latest, now)]
    if runs:
        items.append(_to_run(latest, now))
    if decides:
        items += [_to_decide(review) for review in reviews if review.names]
    return [item for item in items if item]


def area(latest: InactivityReview | None, now: datetime) -> Area:
    """Return how the review announced last stands, or when the next is due."""
    urgency, tone = _state(latest, now)
    return Area(
        title="Inactivity review",
        url=reverse("inactivity:list"),
        detail="Who has not been active, for the Steering Council, which decides on each name.",
        urgency=urgency,
        tone=tone,
    )


AREAS = (AreaSource(group="Once a year", position=90, area=lambda _values, now: area(queries.latest(), now)),)


def _state(latest: InactivityReview | None, now: datetime) -> tuple[str, str]:
    if latest is None:
        return "To announce", "now"
    match latest.phase(now):
        case ReviewPhase.ANNOUNCED:
            return f"Notice until {day_in_words(latest.due_at.date())}", "accent"
        case ReviewPhase.DUE:
            return "Lists to make", "now"
        case ReviewPhase.GENERATED:
            return "To send", "now"
        case ReviewPhase.SENT:
            names = latest.names_to_decide
            return "One name to decide" if names == 1 else f"{names} names to decide", "accent"
    if latest.next_due_on is None or queries.is_due(latest, now.date()):
        return "To announce", "now"
    return f"Next on {day_in_words(latest.next_due_on)}", "neutral"


def _to_run(latest: InactivityReview | None, now: datetime) -> Waiting | None:
    """Return what an admin does next about the review announced last."""
    if latest is None:
        return _to_announce("There has been none yet.")
    match latest.phase(now):
        case ReviewPhase.ANNOUNCED:
            return None
        case ReviewPhase.DUE:
            return _overdue(latest)
        case ReviewPhase.GENERATED:
            return _to_send(latest)
    if latest.generated_at is None or not queries.is_due(latest, now.date()):
        return None
    return _to_announce(f"The last one was made on {day_in_words(latest.generated_at.date())}.")


def _to_announce(last: str) -> Waiting:
    return Waiting(
        urgency="Once a year",
        tone="accent",
        due=None,
        title="Announce the inactivity review",
        detail=f"Who is inactive, for the Steering Council. {last}",
        url=reverse("inactivity:announce"),
        action="Review",
    )


def _overdue(review: InactivityReview) -> Waiting:
    """Return the item for lists that wait to be made; the worker makes them within the hour unless it is down."""
    return Waiting(
        urgency="Due",
        tone="accent",
        due=review.due_at,
        title="The notice of the inactivity review is over",
        detail="The portal makes the lists within the hour. If this stays, make them yourself and look at the worker.",
        url=review.get_absolute_url(),
        action="See",
    )


def _to_send(review: InactivityReview) -> Waiting:
    return Waiting(
        urgency="To send",
        tone="accent",
        due=None,
        title="Send the inactivity review to the Steering Council",
        detail="The lists are made.",
        url=review.get_absolute_url(),
        action="Read",
    )


def _to_decide(review: InactivityReview) -> Waiting:
    return Waiting(
        urgency="To decide",
        tone="accent",
        due=None,
        title="Decide on the names of the inactivity review",
        detail=", ".join(review.names),
        url=review.get_absolute_url(),
        action="Decide",
    )
