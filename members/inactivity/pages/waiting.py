"""Dashboard items of the inactivity review."""

from __future__ import annotations

from datetime import date, datetime

from django.urls import reverse

from members.inactivity import queries
from members.inactivity.enums import ReviewPhase
from members.inactivity.models import InactivityReview
from members.inactivity.policy import ENTRIES, Action, EntryAction, possible
from members.people.policy import Actor
from web.areas import AreaSource, Values
from web.dates import day_in_words
from web.waiting import Area, Item, Panel, Waiting


def dashboard_items(actor: Actor, now: datetime) -> list[Item]:
    """Return how the review stands, what an admin does next, and names to decide on for the Steering Council.

    One query, two before the first review, and none for people who have no part in a review. One's own name waits for
    somebody else.
    """
    runs, decides = Action.RUN_REVIEWS in possible(actor), EntryAction.DECIDE in ENTRIES.possible(actor)
    if not (runs or decides):
        return []
    reviews = list(queries.latest_with_names(without=actor.person))
    latest = reviews[0] if reviews else None
    first = queries.first_due_on() if latest is None else None
    items: list[Item | None] = [area(latest, now, first=first)]
    if runs:
        items += [_to_run(latest, first, now), _first_year(first, now)]
    if decides:
        items += [_to_decide(review) for review in reviews if review.names]
    return [item for item in items if item]


def area(latest: InactivityReview | None, now: datetime, *, first: date | None = None) -> Area:
    """Return how the review announced last stands, or when the next is due; `first` is the day of the first one."""
    urgency, tone = _state(latest, first, now)
    return Area(
        title="Inactivity review",
        url=reverse("inactivity:list"),
        detail="Who has not been active, for the Steering Council, which decides on each name.",
        urgency=urgency,
        tone=tone,
    )


def _area(_values: Values, now: datetime) -> Area:
    latest = queries.latest()
    return area(latest, now, first=None if latest else queries.first_due_on())


AREAS = (AreaSource(group="Once a year", position=90, area=_area),)


def _is_first_year(first: date | None, now: datetime) -> bool:
    """Return whether there was no review yet, and the portal has not been the team's record for a full period."""
    return first is not None and first > now.date()


def _first_year(first: date | None, now: datetime) -> Panel | None:
    """Return what an admin reads in that year: from when, and that the yearly duty stays."""
    return Panel("inactivity/_first_year.html", {"first": first}) if _is_first_year(first, now) else None


def _state(latest: InactivityReview | None, first: date | None, now: datetime) -> tuple[str, str]:
    if latest is None:
        return (
            (f"Not before {day_in_words(first)}", "neutral") if _is_first_year(first, now) else ("To announce", "now")
        )
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


def _to_run(latest: InactivityReview | None, first: date | None, now: datetime) -> Waiting | None:
    """Return what an admin does next about the review announced last; nothing in the first year of the portal."""
    if latest is None:
        return None if _is_first_year(first, now) else _to_announce("There has been none yet.")
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
