"""Read the seats of the Steering Council, and compare a tally with them."""

from __future__ import annotations

from datetime import date

from audit import clock
from members.people.models import Person, Role, RoleKind
from members.people.tally import CouncilTally
from web.dates import day_in_words


def seats_filled(day: date) -> int | None:
    """Return how many seats were filled on `day` (UTC); None for a day before the first seat that is on record."""
    holders = Person.objects.holding(RoleKind.STEERING_COUNCIL, day).distinct().count()
    if holders:
        return holders
    earlier = Role.objects.filter(kind=RoleKind.STEERING_COUNCIL, since__lte=day)
    return 0 if earlier.exists() else None


def obstacle_to_tally(tally: CouncilTally, day: date) -> str:
    """Return why the council cannot have voted so on `day`, as a sentence; "" when it can.

    Everybody votes or abstains in so many words (PEP 13), so the three numbers add up to the seats filled on that day.
    Where nobody wrote down who sat then, they are at most as many as the seats filled today.
    """
    filled = seats_filled(day)
    if filled is None:
        today = _seats(most := seats_filled(clock.now().date()) or 0)
        possible = 0 < tally.votes <= most
        return "" if possible else f"These are {tally.votes} votes; they can be at most the {today} filled today."
    if tally.votes == filled:
        return ""
    return (
        f"In favour, against and abstained have to add up to the {_seats(filled)} filled on {day_in_words(day)}; "
        f"these are {tally.votes}."
    )


def obstacle_to_abstentions(tally: CouncilTally, day: date, concerned: Person) -> str:
    """Return why the tally cannot be that of a decision on `concerned`, as a sentence; "" when it can.

    "Members with conflicts of interest on a particular vote must abstain" (PEP 13): whoever sat on the council on that
    day (UTC) and is the person concerned is one of those who abstained.
    """
    if tally.abstained or not Role.objects.on(day).filter(kind=RoleKind.STEERING_COUNCIL, person=concerned).exists():
        return ""
    return f"{concerned.name} sat on the council on {day_in_words(day)} and had to abstain (PEP 13): write at least 1."


def _seats(number: int) -> str:
    return "1 seat" if number == 1 else f"{number} seats"
