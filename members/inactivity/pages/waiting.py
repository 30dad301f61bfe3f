"""Dashboard items of the inactivity review."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Exists, Subquery
from django.urls import reverse

from members.inactivity import queries
from members.inactivity.enums import ReviewPhase
from members.inactivity.models import InactivityReview
from members.inactivity.policy import ENTRIES, Action, EntryAction, possible
from members.people.models import Person
from members.people.policy import Actor
from web.areas import AreaSource, Values
from web.dates import day_in_words
from web.waiting import Area, Columns, ColumnSource, Item, Panel, Waiting


def dashboard_items(actor: Actor, now: datetime) -> list[Area]:
    """Return how the review stands, what an admin does next, and names to decide on for the Steering Council.

    One query, and none for people who have no part in a review. One's own name waits for somebody else. What waits
    before the first review is in `FIRST`.
    """
    runs, decides = Action.RUN_REVIEWS in possible(actor), EntryAction.DECIDE in ENTRIES.possible(actor)
    if not (runs or decides):
        return []
    reviews = list(queries.latest_with_names(without=actor.person))
    if not reviews:
        return []
    items: list[Area | None] = [area(reviews[0], now)]
    if runs:
        items.append(_to_run(reviews[0], now))
    if decides:
        items += [_to_decide(review) for review in reviews if review.names]
    return [item for item in items if item]


def area(latest: InactivityReview | None, now: datetime, *, first: date | None = None) -> Area:
    """Return how the review announced last stands, or when the next is due; `first` is when a first one is offered."""
    urgency, tone = _state(latest, first, now)
    return Area(
        title="Inactivity review",
        url=reverse("inactivity:list"),
        detail="Who has not been active, for the Steering Council, which decides on each name.",
        urgency=urgency,
        tone=tone,
    )


def _area(values: Values, now: datetime) -> Area:
    return area(queries.latest(), now, first=queries.first_to_come(values["records_since"], now.date()))


def _first_columns(_now: datetime) -> Columns:
    first = Person.objects.order_by("added_at").values("added_at")[:1]
    return {"records_since": Subquery(first), "has_review": Exists(InactivityReview.objects.all())}


AREAS = (AreaSource(group="Once a year", position=90, columns=_first_columns, area=_area),)


def _columns_before_first(actor: Actor, now: datetime) -> Columns:
    has_part = Action.RUN_REVIEWS in possible(actor) or EntryAction.DECIDE in ENTRIES.possible(actor)
    return _first_columns(now) if has_part else {}


def _items_before_first(actor: Actor, now: datetime, values: Values) -> list[Item]:
    """Return from when a first review is due, and for who runs reviews that it is, or what holds until then."""
    if values["has_review"]:
        return []
    first = queries.first_to_come(values["records_since"], now.date())
    items: list[Item] = [area(None, now, first=first)]
    if Action.RUN_REVIEWS in possible(actor):
        items.append(_first_year(first) if first else _to_announce("There has been none yet."))
    return items


FIRST = ColumnSource(_columns_before_first, _items_before_first)


def _first_year(first: date) -> Panel:
    """Return what an admin reads in that year: from when, and that the yearly duty stays."""
    return Panel("inactivity/_first_year.html", {"first": first})


def _state(latest: InactivityReview | None, first: date | None, now: datetime) -> tuple[str, str]:
    if latest is None:
        return (f"Not before {day_in_words(first)}", "neutral") if first else ("To announce", "now")
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


def _to_run(latest: InactivityReview, now: datetime) -> Waiting | None:
    """Return what an admin does next about the review announced last."""
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
        detail="The portal makes the lists within the hour. If this stays, see whether the worker runs and the "
        "coordinator credits can be read, or make them yourself.",
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
