"""The private links of this app: the nominee's page, and a person's calendar."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse

from members.accounts.queries.logins import has_changed_since
from members.boarding.models import Checklist
from members.people.models import Person
from nominations.models import CalendarLink, Nomination
from web.signed_links import NONCE, UUID_AND_NONCE, PrivateLink

_NOMINEE = PrivateLink("nominations.link", UUID_AND_NONCE)
_CALENDAR = PrivateLink("nominations.calendar", rf"([0-9]{{1,18}})-({NONCE})")


def nominee_token(nomination: Nomination) -> str:
    """Return the secret part of the nominee's link."""
    return _NOMINEE.token(f"{nomination.pk.hex}{nomination.link_nonce}")


def nominee_path(nomination: Nomination) -> str:
    """Return the address of the nominee's page, without scheme and host."""
    return reverse("nominations:nominee", args=[nominee_token(nomination)])


def find_nomination(token: str) -> Nomination | None:
    """Return the nomination that the nominee's link opens; None for a false link and a replaced one."""
    match = _NOMINEE.read(token)
    if match is None:
        return None
    nominations = Nomination.objects.select_related("nominee", "nominator", "vote")
    return nominations.filter(pk=UUID(hex=match[1]), link_nonce=match[2]).first()


def calendar_path(link: CalendarLink) -> str:
    """Return the private address of somebody's calendar, without scheme and host."""
    return reverse("nominations:calendar_feed", args=[_CALENDAR.token(f"{link.pk}-{link.nonce}")])


def find_calendar(token: str) -> CalendarLink | None:
    """Return the calendar link; None for one that is false, was replaced, or has ended."""
    match = _CALENDAR.read(token)
    return _in_force(CalendarLink.objects.filter(pk=int(match[1]), nonce=match[2])) if match else None


def calendar_of(person: Person) -> CalendarLink | None:
    """Return the calendar link of `person`; None for somebody who has made none, or whose has ended."""
    return _in_force(CalendarLink.objects.filter(person=person))


def _in_force(links: QuerySet[CalendarLink]) -> CalendarLink | None:
    """Return the one link, unless it ended with the access, or with the password and factors it was made under."""
    left_since = Checklist.objects.offboardings().filter(person=OuterRef("person"), begun_at__gte=OuterRef("made_at"))
    links = links.exclude(person__suspensions__begun_at__gte=F("made_at")).exclude(Exists(left_since))
    link = links.select_related("person__user").first()
    return None if link is None or has_changed_since(link.person, link.made_at) else link
