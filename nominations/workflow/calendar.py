"""Make the private address under which a calendar program reads, and replace it."""

from __future__ import annotations

from django.db import transaction

from audit import clock
from audit.log import record
from members.people.models import Person
from members.people.policy import Actor
from nominations.events import NominationEvent
from nominations.models import CalendarLink
from nominations.policy import GENERAL, GeneralAction
from web.signed_links import new_nonce


@transaction.atomic
def make_calendar_link(*, by: Actor) -> CalendarLink:
    """Make a link for `by`; an earlier one ends.

    Raises `NotAllowed` for somebody who sees no nominations.
    """
    person = Person.objects.select_for_update().get(pk=GENERAL.require(GeneralAction.LIST, by).pk)
    at = clock.now()
    link, _ = CalendarLink.objects.update_or_create(person=person, defaults={"nonce": new_nonce(), "made_at": at})
    record(NominationEvent.CALENDAR_LINK_MADE, target=link, by=person, at=at)
    return link
