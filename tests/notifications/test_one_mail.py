"""Nobody gets two mails about one event, and nobody misses it for that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from enum import StrEnum

import pytest
from django.core import mail
from django.db import transaction

from audit.log import record
from audit.models import Event, label
from members.people.events import PeopleEvent
from members.people.models import Person, Role, RoleKind
from nominations.events import NominationEvent
from nominations.models import Phase
from notifications import workflow
from notifications.enums import Mail
from notifications.models import Delivery, Notice
from notifications.recipients import resolve
from notifications.routes import ROUTES, routes_of
from tests.cast import Cast
from tests.factories import LONG_AGO
from tests.nominations import factories as votes
from tests.notifications.mailroom import deliver, deliver_only, messages_of
from tests.notifications.stories import STORIES

#: The events that more than one mail tells of.
SEVERAL = [story for story in STORIES if len(ROUTES[story[1]]) > 1]


def give_every_power_to_everybody() -> None:
    """Let audiences overlap as far as they can: all of the team are admins and have a seat."""
    for person in Person.objects.exclude(user=None):
        for kind in (RoleKind.ADMIN, RoleKind.STEERING_COUNCIL):
            if not person.roles.filter(kind=kind).exists():
                Role.objects.create(person=person, kind=kind, since=LONG_AGO)


@pytest.mark.parametrize(("kind", "happens"), [story[1:3] for story in SEVERAL], ids=[story[0] for story in SEVERAL])
def test_everybody_whom_an_event_concerns_gets_one_mail(
    cast: Cast, kind: StrEnum, happens: Callable[[Cast], object]
) -> None:
    happens(cast)
    give_every_power_to_everybody()
    event = Event.objects.filter(kind=kind).latest("at")
    concerned = {one.key for route in routes_of(event) for one in resolve(route.audience, event) if one.address}
    deliver_only(kind)
    told = Counter(Delivery.objects.filter(notice__event=event).values_list("recipient", flat=True))
    assert told == Counter(concerned)
    assert len(mail.outbox) == len(concerned)


def test_the_first_route_that_reaches_somebody_is_the_one_whatever_comes_up_first(cast: Cast) -> None:
    votes.make(Phase.VETO_WINDOW, cast)
    event = Event.objects.get(kind=NominationEvent.CLOSED)
    last = Notice.objects.get(event=event, mail=Mail.VOTE_CLOSED)
    workflow.expand(str(last.pk))
    assert Delivery.objects.get(recipient=label(cast.sara), notice__event=event).notice.mail == Mail.VETO_WINDOW
    assert not event.notices.filter(mail=Mail.VETO_WINDOW, expanded_at=None).exists()
    deliver()
    seats = messages_of(event.notices.get(mail=Mail.VETO_WINDOW))
    assert sorted(message.to[0] for message in seats) == ["sam@example.org", "sara@example.org"]


def test_a_voter_with_a_seat_keeps_the_boards_hash_as_well(cast: Cast) -> None:
    nomination = votes.make(Phase.VETO_WINDOW, cast)
    deliver_only(NominationEvent.CLOSED)
    bodies = [str(message.body) for message in mail.outbox if message.to[0] in {"sara@example.org", "mel@example.org"}]
    assert [nomination.vote.board_hash in body for body in bodies] == [True, True]


def test_notices_before_it_that_cannot_be_worked_out_do_not_hold_one_up(cast: Cast) -> None:
    """Let a seat of somebody end who is not in the database: the first of two mails looks them up."""
    with transaction.atomic():
        record(PeopleEvent.ROLE_ENDED, target=Person(name="Nobody"), by=None, role=RoleKind.STEERING_COUNCIL)
    first, last = (Notice.objects.get(mail=kind) for kind in (Mail.ACCESS_CHANGED, Mail.ATTENTION))
    assert workflow.expand(str(last.pk)) == len({cast.ada, cast.abel, cast.sara, cast.sam})
    assert Notice.objects.get(pk=first.pk).expanded_at is None


def test_low_turnout_is_one_mail_that_asks_for_the_note(cast: Cast) -> None:
    votes.counted(cast, {cast.mia: votes.YES}, opened=votes.DAY * 9)
    deliver_only(NominationEvent.CLOSED)
    to_ada = [str(message.body) for message in mail.outbox if message.to == ["ada@example.org"]]
    assert ["add a note on the turnout" in body for body in to_ada] == [True]


def test_a_turnout_that_is_high_enough_asks_for_nothing(cast: Cast) -> None:
    votes.make(Phase.FAILED, cast)
    deliver_only(NominationEvent.CLOSED)
    assert not [message for message in mail.outbox if "add a note on the turnout" in str(message.body)]
