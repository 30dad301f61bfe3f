"""Read what the same form has just made: a second click, or a page that was sent again, makes nothing more."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from members.people.models import Person
from nominations.models import Comment, Extension, Nomination, Vote

#: Ours. Within it the same words by the same person are the same form once more.
A_MOMENT = timedelta(minutes=10)


def just_proposed(by: Person, nominee: Q, statement: str, now: datetime) -> Nomination | None:
    """Return the running nomination that `by` made a moment ago with these words."""
    made = Nomination.objects.running().filter(nominator=by, proposed_at__gt=now - A_MOMENT)
    people = Person.objects.filter(nominee).values("pk")
    return made.select_related("nominee").filter(statement=statement, nominee__in=people).first()


def just_written(
    nomination: Nomination, by: Person, text: str, reply_to: Comment | None, now: datetime
) -> Comment | None:
    """Return the comment that `by` wrote a moment ago in the same place with these words, and has not taken back."""
    written = Comment.objects.filter(nomination=nomination, author=by, text=text, reply_to=reply_to)
    return written.filter(written_at__gt=now - A_MOMENT, taken_back_at=None).first()


def just_extended(vote: Vote, by: Person, hours: float, reason: str, now: datetime) -> Extension | None:
    """Return the last extension of the vote, if `by` made it a moment ago, as long as this one and with its reason."""
    made = Extension.objects.filter(vote=vote, extended_by=by, reason=reason, extended_at__gt=now - A_MOMENT)
    made = made.filter(closes_at=vote.closes_at, closed_before=vote.closes_at - timedelta(hours=hours))
    return made.first()
