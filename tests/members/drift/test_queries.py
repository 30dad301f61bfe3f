"""The number of queries of drift's pages with few and many people, and that no page builds a client."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from audit import clock
from members.boarding import workflow as boarding_workflow
from members.channels import workflow as channels_workflow
from members.channels.connectors import base
from members.channels.models import Channel
from members.drift import workflow as drift_workflow
from members.drift.models import Change, ChangePhase, DriftCheck, DriftCheckPhase, Finding
from members.drift.pages.waiting import waiting_for
from members.drift.queries import plans
from members.people.models import Person
from tests.cast import Browse, act_as
from tests.members.boarding.test_queries import SIGNED_IN
from tests.members.drift import services as three
from tests.members.drift.services import Services, check_now, services

__all__ = ["services"]

DRIFT = "/manage/drift/"
FEW = three.NAMES[:3]
MANY = [*three.NAMES, *(f"{name}-{name}" for name in three.NAMES)]


@pytest.fixture(params=[FEW, MANY], ids=["3 people", "60 people"])
def team(db: None, services: Services, request: pytest.FixtureRequest) -> list[Person]:
    """Return people of whom one is missing and one has left, with strangers; many people have more channels."""
    people = three.make_team(request.param)
    three.enrol(services, people)
    for number in range(len(people)):
        services.mailman.subscribers[f"stranger{number}@example.net"] = ""
    services.discord.holders.discard(5002)
    if len(people) > len(FEW):
        boarding_workflow.offboard(people[9], authority="their mail", reason="", by=act_as(people[0]))
        for number in range(10):
            add_list(people, f"List {number}")
    add_list(people, "Signal group")
    check_now()
    return people


def add_list(people: list[Person], name: str) -> Channel:
    by = act_as(people[0])
    channel = channels_workflow.save_channel(None, name=name, to_let_in="", to_let_out="", by=by)
    drift_workflow.paste_list(channel, f"{people[0].user.email}\nx@example.net", by=by)
    return channel


@pytest.fixture
def admin(team: list[Person], browse: Browse) -> Client:
    """Return the browser of an admin who has visited before."""
    client = browse(team[0])
    client.get("/manage/")
    return client


def test_the_table_takes_a_constant_number_of_queries(
    admin: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(SIGNED_IN + 7):
        assert admin.get(DRIFT).status_code == 200


def test_an_earlier_check_takes_a_constant_number_of_queries(
    admin: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    check = DriftCheck.objects.finished().whole()[0]
    with django_assert_num_queries(SIGNED_IN + 7):
        assert admin.get(check.get_absolute_url()).status_code == 200


def test_the_dry_run_and_the_changes_take_a_constant_number_of_queries(
    admin: Client, team: list[Person], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    check = DriftCheck.objects.finished().whole()[0]
    with django_assert_num_queries(SIGNED_IN + 8):
        assert admin.get(f"{check.get_absolute_url()}apply/").status_code == 200
    missing = Finding.objects.filter(reading__check_run=check, kind="missing").values_list("pk", flat=True)
    drift_workflow.confirm_apply(check, list(missing), by=act_as(team[0]))
    with django_assert_num_queries(SIGNED_IN + 5):
        assert admin.get(f"{check.get_absolute_url()}changes/").status_code == 200


def test_the_dashboard_source_takes_one_query(
    team: list[Person], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    admin, member, now = act_as(team[0]), act_as(team[2]), clock.now()
    with django_assert_num_queries(1):
        waiting_for(admin, now)
    with django_assert_num_queries(0):
        assert waiting_for(member, now) == []


# -- clients -----------------------------------------------------------------------------------------------


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the address of every client that is built."""
    addresses: list[str] = []
    build = base.Api.__init__

    def recorded(self: base.Api, address: str, *args: object, **kwargs: object) -> None:
        addresses.append(address)
        build(self, address, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(base.Api, "__init__", recorded)
    return addresses


def test_no_page_builds_a_client_to_learn_what_is_connected(admin: Client, built: list[str]) -> None:
    check = DriftCheck.objects.finished().whole()[0].get_absolute_url()
    for address in (DRIFT, check, f"{check}apply/", f"{check}changes/", "/manage/channels/", "/manage/", "/dashboard/"):
        assert admin.get(address).status_code == 200
    assert built == []
    check_now()
    assert len(built) == 3


# -- phases ------------------------------------------------------------------------------------------------


def test_a_check_goes_through_its_phases(team: list[Person], monkeypatch: pytest.MonkeyPatch) -> None:
    check = drift_workflow.request_check(by=None)
    phases = [check.phase(clock.now())]
    while_reading: list[str] = []
    ask = base.Api.ask

    def observed(self: base.Api, *args: object, **kwargs: object) -> base.Answer:
        while_reading.append(DriftCheck.objects.get(pk=check.pk).phase(clock.now()))
        return ask(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(base.Api, "ask", observed)
    drift_workflow.run_check(check.pk)
    check.refresh_from_db()
    phases += [check.phase(clock.now()), check.phase(clock.now() + timedelta(hours=25))]
    assert phases == [DriftCheckPhase.REQUESTED, DriftCheckPhase.FINISHED, DriftCheckPhase.STALE]
    assert set(while_reading) == {DriftCheckPhase.RUNNING}


def test_a_change_goes_through_its_phases(team: list[Person], services: Services) -> None:
    check = DriftCheck.objects.finished().whole()[0]
    wanted = [proposal for part in plans.plan(check, clock.now()) for proposal in part.proposals]
    missing = [proposal.finding.pk for proposal in wanted if proposal.act == "add"]
    [change] = drift_workflow.confirm_apply(check, missing, by=act_as(team[0]))
    assert (change.phase, list(Change.objects.waiting())) == (ChangePhase.WAITING, [change])
    drift_workflow.make_change(change.pk)
    change.refresh_from_db()
    assert (change.phase, list(Change.objects.waiting())) == (ChangePhase.MADE, [])
    change.done_at, change.failed_at, change.error = None, clock.now(), "It failed."
    assert change.phase == ChangePhase.FAILED
