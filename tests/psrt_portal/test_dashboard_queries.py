"""The cost of the dashboard and of the manage page: the same for ten people and reports and for a thousand."""

from __future__ import annotations

from copy import copy
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models.base import ModelState
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from advisories.reports.models import Report
from audit import clock
from members.accounts import workflow as accounts
from members.accounts.pages.waiting import WAITING
from members.boarding.enums import Direction
from members.boarding.models import Checklist
from members.channels.connectors import NEEDED
from members.channels.models import Channel
from members.drift.models import DriftCheck, Finding, FindingKind, Reading
from members.people.models import Membership, MembershipBegan, Person, RoleKind, Suspension
from members.people.policy import Actor
from nominations.models import Phase
from psrt_portal import dashboard
from psrt_portal.manage import values_for
from tests.advisories import factories as reports
from tests.cast import Browse, Cast, act_as
from tests.factories import LONG_AGO, give_login, give_roles, make_person, new_person
from tests.members.boarding.pages import begin
from tests.members.inactivity.reviews import before_the_council
from tests.nominations import factories as nominations

#: The budget of the dashboard (docs/architecture.md, "Budgets").
MOST = 8
#: Session, reader, nominations, reports and the columns are everybody's who reads the dashboard; see `EXPECTED`.
EXPECTED = {
    "mel": 5,  # a member
    "ada": 8,  # an admin: with checklists, findings of drift and the inactivity review
    "abel": 8,  # an admin on the Steering Council
    "sara": 6,  # a member on the Steering Council: with the inactivity review
    "sam": 6,  # on the Steering Council only: no reports, but perhaps on the way in
    "nina": 5,  # on the way in: session, reader, onboarding, its steps, accounts
    "olga": 3,  # an outsider: session, reader, no onboarding
}
#: Session, reader, columns, the newest review.
MANAGE = 4


def fill(cast: Cast, count: int) -> None:
    """Add `count` members, reports, running checklists, suspensions and findings, a review and an open vote."""
    now = clock.now()
    before_the_council(cast)
    nominations.make(Phase.OPEN, cast)
    members = Person.objects.bulk_create(new_person(f"Member{number} Many") for number in range(count))
    Membership.objects.bulk_create(
        Membership(person=person, since=LONG_AGO, began=MembershipBegan.VOTE) for person in members
    )
    arriving = Person.objects.bulk_create(new_person(f"Arriving{number} Many") for number in range(count))
    Checklist.objects.bulk_create(
        Checklist(person=person, direction=Direction.IN, began=MembershipBegan.VOTE, authority="A vote.", begun_at=now)
        for person in arriving
    )
    Suspension.objects.bulk_create(
        Suspension(person=person, reason="A lost laptop.", begun_at=now, begun_by=cast.ada) for person in members
    )
    report = reports.received(days_ago=1)
    Report.objects.bulk_create(report_like(report, number) for number in range(count))
    check = DriftCheck.objects.create(requested_at=now, finished_at=now)
    reading = Reading.objects.create(check_run=check, channel=Channel.objects.get(kind="github"), server="here")
    Finding.objects.bulk_create(
        Finding(reading=reading, kind=FindingKind.LEFT, person=person, shown="name") for person in members
    )
    with connection.cursor() as cursor:
        # Where autovacuum has analyzed the tables while they were empty, PostgreSQL expects a row of each and joins by
        # loops: 1,000 x 1,000 x 1,000 rows took over ten seconds. On a server it analyzes again when a table has grown;
        # nobody can analyze rows that are not committed.
        cursor.execute("SET LOCAL enable_nestloop = off")


def report_like(report: Report, number: int) -> Report:
    """Return an unsaved copy of a report under an id of its own."""
    copied = copy(report)
    copied.pk, copied.reference, copied.fingerprint = uuid4(), f"R-{number:06}", f"{number:064}"
    copied._state = ModelState()
    return copied


@pytest.mark.parametrize("count", [10, 1000])
def test_the_dashboard_and_the_manage_page_cost_the_same_however_much_there_is(
    cast: Cast, browse: Browse, settings: Settings, count: int
) -> None:
    for names in NEEDED.values():
        for name in names:
            setattr(settings, name, "https://server.example.org")
    give_roles(cast.abel, RoleKind.STEERING_COUNCIL)
    nina = make_person("Nina New")
    begin(nina)
    give_login(nina)
    fill(cast, count)
    clients = {name: browse(getattr(cast, name, nina)) for name in EXPECTED}
    costs = {name: queries_of(client, "/dashboard/") for name, client in clients.items()}
    assert costs == EXPECTED
    assert max(costs.values()) <= MOST
    assert queries_of(clients["ada"], "/manage/") == MANAGE


def queries_of(client: Client, path: str) -> int:
    """Return the number of statements of one page, which the reader may open."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_a_council_member_being_onboarded_stays_within_the_budget(cast: Cast, browse: Browse) -> None:
    begin(cast.sam)
    client = browse(cast.sam)
    assert client.get("/dashboard/").context["newcomer"].title == "Onboarding: 1 of 4 steps done"
    # The steps of their checklist are one more query, and their accounts another.
    assert queries_of(client, "/dashboard/") == EXPECTED["sam"] + 2


def test_suspensions_and_names_wait_for_the_people_who_may_end_and_decide(cast: Cast) -> None:
    fill(cast, 3)
    give_roles(cast.abel, RoleKind.STEERING_COUNCIL)
    people = {"ada": cast.ada, "abel": cast.abel, "mel": cast.mel, "sam": cast.sam}
    titles = {
        name: {item.title for item in dashboard.contents(act_as(person), person, clock.now())["waiting"]}
        for name, person in people.items()
    }
    suspended = {f"The access of Member{number} Many is closed" for number in range(3)}
    decide = "Decide on the names of the inactivity review"
    assert {name for name, shown in titles.items() if suspended <= shown} == {"ada", "abel", "sam"}
    assert {name for name, shown in titles.items() if suspended & shown} == {"ada", "abel", "sam"}
    assert {name for name, shown in titles.items() if decide in shown} == {"abel", "sam"}


def test_nobody_is_asked_to_end_their_own_suspension(cast: Cast) -> None:
    accounts.suspend(cast.sara, "A lost laptop.", by=act_as(cast.ada))
    seat, admin, now = Actor(cast.sara, roles=frozenset({RoleKind.STEERING_COUNCIL})), act_as(cast.ada), clock.now()
    columns = WAITING.columns(admin, now)
    assert list(WAITING.items(seat, now, values_for(cast.sara, columns))) == []
    [item] = WAITING.items(admin, now, values_for(cast.ada, columns))
    assert item.title == "The access of Sara Steering is closed"
    assert WAITING.columns(act_as(cast.mel), now) == {}
