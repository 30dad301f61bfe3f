"""What of the inactivity review waits for one person, for the dashboard. Two queries at most."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.urls import reverse

from members.inactivity.models import InactivityReview, ReviewEntry
from members.inactivity.placing import is_due, written
from members.inactivity.policy import Action, possible
from members.people.policy import Actor
from web.waiting import Waiting


def waiting_for(actor: Actor, now: datetime) -> list[Waiting]:
    """A review to announce, make or send for admins; names to decide on for the Steering Council."""
    actions = possible(actor)
    found = _to_run(now) if Action.RUN_REVIEWS in actions else []
    return [*found, *(_to_decide(actor) if Action.DECIDE in actions else [])]


def _to_run(now: datetime) -> list[Waiting]:
    latest = InactivityReview.objects.first()
    if latest is None:
        return [_to_announce("There has been none yet.")]
    if latest.generated_at is None:
        return [_overdue(latest)] if latest.is_due(now) else []
    if latest.sent_at is None:
        return [_to_send(latest)]
    last = f"The last one was made on {written(latest.generated_at.date())}."
    return [_to_announce(last)] if is_due(now.date()) else []


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
    """The worker makes the lists within the hour; if this stays, it is away."""
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


def _to_decide(actor: Actor) -> list[Waiting]:
    """One item a review; a name that is the reader's own waits for somebody else."""
    entries = ReviewEntry.objects.to_decide().exclude(person=actor.person).select_related("review", "person")
    names = defaultdict[InactivityReview, list[str]](list)
    for entry in entries:
        names[entry.review].append(entry.person.name)
    return [
        Waiting(
            urgency="To decide",
            tone="accent",
            due=None,
            title="Decide on the names of the inactivity review",
            detail=", ".join(waiting),
            url=review.get_absolute_url(),
            action="Decide",
        )
        for review, waiting in names.items()
    ]
