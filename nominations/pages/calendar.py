"""The calendar of what runs out: votes for members, veto windows for the Steering Council. Numbers, and no names.

It shows what its reader may know of at that moment, from live rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from icalendar import Calendar, Event

from members.people.policy import Actor
from nominations import queries
from nominations.models import Vote
from nominations.policy import POLICY, Action

#: Under both names: RFC 7986 has the first, Google and Outlook read the second, and show the address without it.
_NAMES = ("name", "x-wr-calname")
#: An event without a length is a line that many programs draw too thin to be read. It ends at the moment it is about.
_LENGTH = timedelta(minutes=30)


@dataclass(frozen=True)
class CalendarContents:
    """The kinds of moments in the calendar of one reader."""

    votes: bool
    veto_windows: bool


def contents_for(actor: Actor) -> CalendarContents:
    """Return what stands in the calendar of `actor`: what the members decide, and what the Steering Council does."""
    actions = POLICY.possible(actor)
    return CalendarContents(votes=Action.SEE_DISCUSSION in actions, veto_windows=Action.DECIDE in actions)


def feed(actor: Actor) -> bytes:
    """Return what `actor` may know runs out, in iCalendar (RFC 5545): one query, however many votes."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SITE_HOST}//PSRT portal//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for name in _NAMES:
        calendar.add(name, "PSRT portal")
    for event in _events(actor):
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(actor: Actor) -> Iterator[Event]:
    shows = contents_for(actor)
    for vote in queries.running_votes(actor):
        if shows.votes and vote.closed_at is None:
            yield _event(vote, "vote", f"Vote {vote.nomination.reference} closes", vote.closes_at)
        if shows.veto_windows and vote.closed_at is not None and vote.veto_until is not None:
            yield _event(vote, "veto", f"The veto window of {vote.nomination.reference} ends", vote.veto_until)


def _event(vote: Vote, kind: str, title: str, at: datetime) -> Event:
    """Return an event that ends at `at`; it keeps its id, and a later close has a higher sequence number."""
    event = Event()
    event.add("uid", f"{kind}-{vote.pk}@{settings.SITE_HOST}")
    event.add("dtstamp", vote.closed_at or vote.extended_at or vote.opened_at)  # type: ignore[attr-defined]
    event.add("sequence", vote.times_extended)  # type: ignore[attr-defined]
    event.add("dtstart", at - _LENGTH)
    event.add("dtend", at)
    event.add("summary", title)
    event.add("url", settings.SITE_URL + vote.nomination.get_absolute_url())
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event
