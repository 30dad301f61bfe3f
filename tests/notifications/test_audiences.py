"""Audiences of mails that ask for something: the people who may do it, by value and by each app's policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from advisories.publication import policy as publication
from advisories.reports import policy as reports
from audit import clock
from audit.models import Event, label
from members.accounts import policy as accounts_policy
from members.accounts import workflow as accounts
from members.accounts.models import User
from members.boarding import policy as boarding
from members.boarding import workflow as boarding_workflow
from members.boarding.enums import ChecklistPhase
from members.boarding.models import Checklist
from members.documents import policy as documents
from members.documents import workflow as documents_workflow
from members.documents.models import DocumentKind, DocumentVersion
from members.drift import policy as drift
from members.inactivity import policy as inactivity
from members.people.models import Person, RoleKind
from nominations import keys
from nominations import workflow as nominations
from notifications import audiences as who
from notifications import contents as what
from notifications.recipients import resolve
from notifications.routes import ROUTES
from tests.advisories import factories
from tests.cast import Cast, act_as
from tests.factories import PASSWORD, complete, give_roles, make_person
from tests.members.boarding.pages import begin, leave, tick_all
from tests.members.drift.stories import order_in_vain
from tests.members.inactivity.reviews import announced, before_the_council, entry_of
from tests.nominations import factories as votes
from tests.nominations.crowd import everybody, names

TEAM = {"ada", "abel", "mel", "mia", "rita", "sara", "newt"}
ADMINS = {"ada", "abel"}
UNFINISHED = ("received", "triage", "offered", "vulnerability", "drafted", "approved", "forwarded")


def about(thing: Any, *, by: Person | None = None) -> Event:
    """Return an event about the thing."""
    return Event(target=label(thing), actor=label(by), data={})


def who_may(is_allowed: Callable[[Any], bool]) -> set[str]:
    """Return the people of whose actor the condition is true."""
    return names(person for person in everybody() if is_allowed(act_as(person)))


def suspend(*people: Person, by: Person) -> None:
    for person in people:
        accounts.suspend(person, "A lost laptop.", by=act_as(by))


# -- by what people are today -----------------------------------------------------------------------------


def test_people_by_what_they_are_are_those_whom_the_policies_take_for_it(cast: Cast) -> None:
    suspend(cast.abel, cast.sara, by=cast.ada)
    give_roles(cast.emil, RoleKind.ADMIN)  # who has left: an admin is a member
    event = about(cast.mel)
    assert names(who.people.members(event)) == {"ada", "mel", "mia", "rita", "newt"}
    assert names(who.people.admins(event)) == {"ada"}
    assert names(who.people.council(event)) == {"sam"}
    assert names(who.people.admins_and_council(event)) == {"ada", "sam"}
    both = who.people.either(who.people.council, who.people.admins_and_council)(event)
    assert sorted(person.github for person in both) == ["ada", "sam"]


# -- reports and advisories -------------------------------------------------------------------------------


@pytest.mark.parametrize("state", factories.STATES)
def test_audiences_of_a_report_are_the_people_who_may(cast: Cast, state: str) -> None:
    suspend(cast.newt, by=cast.ada)
    report = factories.in_state(cast, state)
    event, team = about(report), TEAM - {"newt"}
    expected: dict[Callable[[Event], Iterable[Person]], set[str]] = {
        who.advisories.members_for_triage: team if state in UNFINISHED else set(),
        who.advisories.coordinator: set() if state == "received" else {"mel"},
        who.advisories.coordinator_or_members: team if state == "received" else {"mel"},
        who.advisories.second_readers: team - {"mel"} if state == "drafted" else set(),
    }
    assert {audience: names(audience(event)) for audience in expected} == expected
    assert who_may(lambda actor: reports.allows(reports.Action.SEE, actor, report)) == team
    assert names(who.advisories.second_readers(event)) == who_may(
        lambda actor: publication.allows(publication.Action.APPROVE, actor, report)
    )


def test_a_coordinator_who_has_left_is_told_nothing_and_the_team_instead(cast: Cast) -> None:
    report = factories.coordinated(cast.mel)
    leave(cast.mel)
    event = about(report)
    assert names(who.advisories.coordinator(event)) == set()
    assert names(who.advisories.coordinator_or_members(event)) == TEAM - {"mel"}


# -- checklists -------------------------------------------------------------------------------------------


def cancelled(cast: Cast) -> Checklist:
    onboarding = begin(cast.nora)
    boarding_workflow.cancel_onboarding(onboarding, "She changed her mind.", by=act_as(cast.ada))
    return onboarding


def completed(cast: Cast) -> Checklist:
    onboarding = begin(cast.olga)
    complete(onboarding, by=cast.ada)
    return onboarding


def ready(cast: Cast) -> Checklist:
    onboarding = begin(cast.olga)
    version = DocumentVersion.objects.current(DocumentKind.RESPONSIBILITIES)
    documents_workflow.accept(version, by=act_as(cast.olga))
    tick_all(onboarding, cast.ada)
    return onboarding


def finished(cast: Cast) -> Checklist:
    offboarding = leave(cast.mel)
    tick_all(offboarding, cast.ada)
    boarding_workflow.finish_offboarding(offboarding, by=act_as(cast.ada))
    return offboarding


@pytest.mark.parametrize(
    ("make", "phase", "to_complete", "to_offboard"),
    [
        (lambda cast: begin(cast.nora), ChecklistPhase.WAITS_FOR_PERSON, set(), ADMINS),
        (lambda cast: begin(cast.nora, email=""), ChecklistPhase.WAITS_FOR_ADMIN, ADMINS, ADMINS),
        (ready, ChecklistPhase.READY, ADMINS, ADMINS),
        (completed, ChecklistPhase.COMPLETE, set(), set()),
        (cancelled, ChecklistPhase.CANCELLED, set(), set()),
        (lambda cast: leave(cast.mel), ChecklistPhase.WAITS_FOR_ADMIN, ADMINS, ADMINS),
        (finished, ChecklistPhase.COMPLETE, set(), set()),
    ],
)
def test_admins_are_told_of_a_checklist_while_they_may_work_on_it(
    cast: Cast, make: Callable[[Cast], Checklist], phase: ChecklistPhase, to_complete: set[str], to_offboard: set[str]
) -> None:
    checklist = Checklist.objects.get(pk=make(cast).pk)
    assert checklist.phase(clock.now()) == phase
    event = about(checklist)
    assert names(who.boarding.admins_to_complete(event)) == to_complete
    assert names(who.boarding.admins_to_offboard(event)) == to_offboard
    run = boarding.ChecklistAction.RUN
    assert who_may(lambda actor: boarding.CHECKLISTS.allows(run, actor, checklist)) == to_offboard


def test_admins_hear_of_an_acceptance_by_a_newcomer_and_not_of_a_members_own(cast: Cast) -> None:
    onboarding = begin(cast.olga)
    version = DocumentVersion.objects.current(DocumentKind.RESPONSIBILITIES)
    assert names(who.boarding.admins_of_newcomer(about(version, by=cast.olga))) == ADMINS
    assert names(who.boarding.admins_of_newcomer(about(version, by=cast.mel))) == set()
    run = boarding.ChecklistAction.RUN
    assert who_may(lambda actor: boarding.CHECKLISTS.allows(run, actor, onboarding)) == ADMINS


# -- logins -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [("mel", {"ada", "abel", "sara", "sam"}), ("abel", {"ada", "sara", "sam"}), ("sara", {"ada", "abel", "sam"})],
)
def test_a_suspension_is_told_to_the_people_who_may_end_it(cast: Cast, name: str, expected: set[str]) -> None:
    person = getattr(cast, name)
    suspend(person, by=cast.ada)
    event = about(person.suspensions.get())
    end = accounts_policy.Action.END_SUSPENSION
    assert names(who.accounts.who_end_suspensions(event)) == expected
    assert who_may(lambda actor: accounts_policy.allows(end, actor, person)) == expected


WATCHERS = {"ada", "abel", "sara", "sam"}


@pytest.mark.parametrize(("name", "expected"), [("mia", WATCHERS), ("abel", WATCHERS - {"abel"}), ("nora", set())])
def test_an_address_is_watched_by_all_who_may_see_what_waits_but_for_its_person(
    cast: Cast, name: str, expected: set[str]
) -> None:
    person = getattr(cast, name)
    person.user.delete() if name != "nora" else None
    invitation = accounts.invite(person, email="new@example.net", evidence="A call.", by=act_as(cast.ada))
    assert names(who.accounts.watchers(about(invitation))) == expected
    if expected:
        see = accounts_policy.Action.SEE_UNCONFIRMED
        assert who_may(lambda actor: accounts_policy.allows(see, actor)) - {name} == expected


def test_an_officer_from_outside_is_not_told_at_a_login_that_one_admin_made(cast: Cast) -> None:
    User.objects.filter(person=cast.olga).update(is_unconfirmed=True)
    nomination = votes.proposed(cast)
    nominations.ask_officer(nomination, cast.olga, by=act_as(cast.ada))
    assert resolve(who.nominations.officer, about(nomination)) == []
    User.objects.filter(person=cast.olga).update(is_unconfirmed=False)
    assert [one.address for one in resolve(who.nominations.officer, about(nomination))] == ["olga@example.org"]


def test_an_officer_is_told_when_a_second_person_has_confirmed_their_address(cast: Cast) -> None:
    pia = make_person("Pia Person")
    invitation = accounts.invite(pia, email="pia@example.net", by=act_as(cast.ada))
    accounts.accept_invitation(invitation, password=PASSWORD)
    nomination = votes.proposed(cast)
    event = about(invitation)
    assert who.nominations.confirmed_officer(event) == []
    assert what.nominations.confirmed_officers_page(event) == "/dashboard/"
    office = nominations.ask_officer(nomination, pia, by=act_as(cast.ada))
    accounts.confirm_addresses([invitation.pk], by=act_as(cast.abel))
    assert [one.address for one in who.nominations.confirmed_officer(event)] == ["pia@example.net"]
    assert what.nominations.confirmed_officers_page(event) == f"/nominations/office/{nomination.pk}/"
    nominations.accept_office(office, keys.make_pair()[1], by=act_as(pia))
    assert who.nominations.confirmed_officer(event) == []


# -- documents, drift, the inactivity review ------------------------------------------------------------------


def test_members_are_asked_to_accept_while_they_have_not_and_may(cast: Cast) -> None:
    suspend(cast.newt, by=cast.ada)
    version = DocumentVersion.objects.current(DocumentKind.RESPONSIBILITIES)
    documents_workflow.accept(version, by=act_as(cast.mia))
    begin(cast.nora)  # on the way in: asked by their checklist
    assert names(who.documents.members_to_accept(about(version))) == TEAM - {"mia", "newt"}
    assert who_may(lambda actor: documents.allows(documents.Action.ACCEPT, actor)) == TEAM - {"newt"} | {"nora"}
    documents_workflow.publish(
        DocumentKind.RESPONSIBILITIES, "## New\n\n- Waters the plants.\n", "Plants.", based_on=1, by=act_as(cast.ada)
    )
    assert names(who.documents.members_to_accept(about(version))) == set()


def test_audiences_of_drift_are_the_admins_of_this_day(cast: Cast) -> None:
    by_ada, by_abel = (about(order_in_vain(admin, cast.mel)) for admin in (cast.ada, cast.abel))
    assert names(who.drift.admin_who_confirmed(by_ada)) == {"ada"}
    suspend(cast.abel, by=cast.ada)
    assert names(who.drift.admin_who_confirmed(by_abel)) == set()
    assert names(who.drift.admins_who_see(by_ada)) == {"ada"}
    assert who_may(lambda actor: drift.allows(drift.Action.SEE_DRIFT, actor)) == {"ada"}
    assert who_may(lambda actor: drift.CHECKS.allows(drift.CheckAction.APPLY, actor)) == {"ada"}


def test_audiences_of_the_inactivity_review_are_who_runs_it_and_who_can_answer(cast: Cast) -> None:
    review = announced(cast.ada)
    entry = entry_of(review, cast.mel)
    with clock.pretend(review.announced_at):
        assert names(who.inactivity.noticed(about(entry))) == {"mel"}
        suspend(cast.mel, by=cast.ada)
        assert names(who.inactivity.noticed(about(entry))) == set()
    with clock.pretend(review.due_at):
        assert names(who.inactivity.noticed(about(entry_of(review, cast.mia)))) == set()
    assert names(who.inactivity.admins_who_run(about(review))) == ADMINS
    assert who_may(lambda actor: inactivity.allows(inactivity.Action.RUN_REVIEWS, actor)) == ADMINS


def test_the_council_that_gets_a_review_decides_on_every_name_but_ones_own(cast: Cast) -> None:
    give_roles(cast.mel, RoleKind.STEERING_COUNCIL)
    review = before_the_council(cast)
    council = names(who.people.council(about(review)))
    assert council == {"mel", "sara", "sam"}
    assert who_may(lambda actor: inactivity.EntryAction.DECIDE in inactivity.ENTRIES.possible(actor)) == council


# -- the table ------------------------------------------------------------------------------------------------


def test_a_link_opens_for_members_admins_or_the_council_and_for_nobody_else(cast: Cast) -> None:
    suspend(cast.rita, by=cast.ada)
    opens = {
        frozenset(who_may(lambda actor, route=route: route.opens_for.holds(actor, None)))  # type: ignore[misc]
        for routes in ROUTES.values()
        for route in routes
    }
    team = TEAM - {"rita"}
    assert opens == {
        frozenset(group) for group in (team, team | {"sam"}, ADMINS, ADMINS | {"sara", "sam"})
    }  # fmt: skip
