"""Dashboard items of the inactivity review."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from members.inactivity import queries
from members.inactivity.enums import ReviewPhase
from members.inactivity.models import InactivityReview
from members.inactivity.policy import ENTRIES, Action, EntryAction, possible
from members.people.policy import Actor
from web.dates import day_in_words
from web.waiting import Waiting


def waiting_for(actor: Actor, now: datetime) -> list[Waiting]:
    """Return a review to announce, make or send for admins, and names to decide on for the Steering Council.

    One query, and none for people who have no part in a review. One's own name waits for somebody else.
    """
    runs, decides = Action.RUN_REVIEWS in possible(actor), EntryAction.DECIDE in ENTRIES.possible(actor)
    if not (runs or decides):
        return []
    reviews = list(queries.latest_with_names(without=actor.person))
    items = [_to_run(reviews[0] if reviews else None, now)] if runs else []
    if decides:
        items += [_to_decide(review) for review in reviews if review.names]
    return [item for item in items if item]


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
    if latest.generated_at is None or latest.next_due_on is None or now.date() < latest.next_due_on:
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
