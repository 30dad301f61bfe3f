"""Nobody is let into a channel by a name alone: a person has to look at the account first."""

from __future__ import annotations

import pytest
from django.test import Client

from audit import clock
from audit.models import Event
from members.drift import workflow as drift_workflow
from members.drift.models import Change, DriftCheck, Finding
from members.drift.queries import plans
from members.github_accounts.enums import AccountState
from members.github_accounts.queries import account_of
from members.github_accounts.tasks import look_up_github_names
from members.people import workflow as people_workflow
from members.people.models import FormerGitHubName, Person
from members.people.workflow import rename_on_github
from psrt_portal.demo.services import ServiceAnswer
from tests.cast import act_as
from tests.members.drift.browsing import admin, team
from tests.members.drift.services import Services, check_now, found, services
from web.conflicts import Conflict

__all__ = ["admin", "services", "team"]


@pytest.fixture
def by_name(team: list[Person], services: Services) -> Person:
    """A member who is missing in the team, and of whom only the name is known."""
    Person.objects.filter(pk=team[3].pk).update(github_id=None)
    services.github.members.remove(1003)
    return team[3]


def missing(check: DriftCheck) -> Finding:
    return Finding.objects.get(reading__check_run=check, kind="missing")


def add(check: DriftCheck, by: Person, *, looked: bool) -> Change:
    finding = missing(check)
    looked_at = [finding.pk] if looked else []
    [change] = drift_workflow.confirm_apply(check, [finding.pk], looked_at=looked_at, by=act_as(by))
    return change


def made(change: Change) -> str:
    """Make a change and return the error, empty without one."""
    drift_workflow.make_change(change.pk)
    change.refresh_from_db()
    return change.error


def test_the_check_shows_the_number_and_the_page_that_a_name_leads_to_now(by_name: Person) -> None:
    finding = missing(check_now())
    assert (finding.identifier, finding.shown, finding.profile) == ("1003", "arri", "https://github.com/arri")


def test_an_account_known_by_name_only_is_added_after_a_look(
    by_name: Person, team: list[Person], services: Services
) -> None:
    check = check_now()
    with pytest.raises(Conflict, match=r"^Look first whether the account arri is that of Arri Lorem\.$"):
        add(check, team[0], looked=False)
    change = add(check, team[0], looked=True)
    assert (change.was_looked_at, made(change), 1003 in services.github.members) == (True, "", True)
    order = Event.objects.get(kind="drift:apply_confirmed")
    assert order.data["looked_at"] == [change.finding_id]
    assert found(check_now()) == set()
    by_name.refresh_from_db()
    assert by_name.github_id == 1003


def test_a_stranger_who_takes_the_name_after_the_look_is_not_let_in(
    by_name: Person, team: list[Person], services: Services
) -> None:
    change = add(check_now(), team[0], looked=True)
    services.github.names[1003], services.github.names[66666] = "arri-old", "arri"
    assert (made(change), 66666 in services.github.members) == ("", False)
    assert 1003 in services.github.members  # the account that was looked at


def test_a_name_that_was_changed_after_the_look_is_looked_at_again(by_name: Person, team: list[Person]) -> None:
    change = add(check_now(), team[0], looked=True)
    rename_on_github(by_name, "another", by=team[0], at=clock.now())
    assert made(change) == "The GitHub name of Arri Lorem is not the one that was looked at. Check again."


def test_the_account_of_somebody_else_is_not_added(by_name: Person, team: list[Person]) -> None:
    change = add(check_now(), team[0], looked=True)
    Person.objects.filter(pk=team[4].pk).update(github_id=1003)
    assert made(change) == f"arri is the account of {team[4].name}. Correct that first."


def test_a_number_on_record_needs_no_look(team: list[Person], services: Services) -> None:
    services.github.members.remove(1003)
    check = check_now()
    change = add(check, team[0], looked=False)
    assert (change.was_looked_at, made(change)) == (False, "")


@pytest.mark.parametrize("is_down", [False, True], ids=["no such name", "no answer"])
def test_a_name_that_could_not_be_looked_up_cannot_be_added(
    by_name: Person, team: list[Person], services: Services, is_down: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_down:
        answer = services.github.routes
        refused = ("GET", "/users/([^/]+)", lambda _request, _name: ServiceAnswer(500))
        monkeypatch.setattr(services.github, "routes", lambda: [refused, *answer()])
    else:
        services.github.names[1003] = "somebody"
    check = check_now()
    [part] = [part for part in plans.plan(check, clock.now()) if part.reading.channel.kind == "github"]
    assert part.proposals == ()
    assert [instead for _, instead in part.by_hand] == [
        "The last check found no account of this name. Correct the GitHub name, or check again."
    ]
    with pytest.raises(Conflict, match="cannot be made from here"):
        add(check, team[0], looked=True)


def test_the_confirmation_shows_number_and_link_and_asks_for_the_tick(
    by_name: Person, services: Services, admin: Client
) -> None:
    check = check_now()
    finding, address = missing(check), f"{check.get_absolute_url()}apply/"
    field = f"channel_{finding.reading.channel_id}"
    assert admin.get(address).context["form"][field].initial == []  # not ticked from the start
    chosen = {field: str(finding.pk)}
    page = admin.post(address, chosen).content.decode()
    assert ("number 1003" in page, 'href="https://github.com/arri"' in page) == (True, True)
    refused = admin.post(address, {**chosen, "confirmed": "yes"})
    assert (refused.status_code, Change.objects.count()) == (422, 0)
    assert list(refused.context["look"].errors) == [f"looked_{finding.pk}"]
    done = admin.post(address, {**chosen, "confirmed": "yes", f"looked_{finding.pk}": "on"})
    assert (done.status_code, Change.objects.get().was_looked_at) == (302, True)


@pytest.mark.attack
@pytest.mark.parametrize("first", ["arri", ""], ids=["another name", "the first name"])
def test_one_admin_alone_lets_no_account_in_by_correcting_a_github_name(
    team: list[Person], services: Services, first: str
) -> None:
    """Neither GitHub's answer nor the look of whoever wrote the name down says that the account is theirs."""
    services.github.members.remove(1003)
    services.github.names[66666] = "stranger"
    if not first:
        Person.objects.filter(pk=team[3].pk).update(github="", github_id=None)
    person = Person.objects.get(pk=team[3].pk)
    people_workflow.correct_person(person, name=person.name, github="stranger", by=act_as(team[0]))
    look_up_github_names()
    person.refresh_from_db()
    assert (person.github_id, account_of(person).state) == (None, AccountState.FOUND)
    check = check_now()
    for looked, reason in ((False, "Look first"), (True, "Another admin looks whether the account stranger")):
        with pytest.raises(Conflict, match=reason):
            add(check, team[0], looked=looked)
    assert made(add(check, team[1], looked=True)) == ""


def test_a_former_name_still_means_its_person(team: list[Person], services: Services) -> None:
    Person.objects.filter(pk=team[3].pk).update(github_id=None)
    rename_on_github(Person.objects.get(pk=team[3].pk), "new-name", by=team[0], at=clock.now())
    check = check_now()  # the team still lists the name before
    assert found(check) == {("github", "renamed", "Arri")}
    team[3].refresh_from_db()
    assert team[3].github_id is None  # a name that was given up proves nothing


def test_a_former_name_that_somebody_has_now_is_theirs(team: list[Person], services: Services) -> None:
    Person.objects.filter(pk__in=[team[3].pk, team[4].pk]).update(github_id=None)
    FormerGitHubName.objects.create(person=team[3], name=team[4].github, until=clock.now().date())
    assert found(check_now()) == set()


def test_a_stranger_under_the_former_name_of_somebody_is_said_to_be_one(
    team: list[Person], services: Services, admin: Client
) -> None:
    services.github.names[1003] = "new-name"
    rename_on_github(team[3], "new-name", by=team[0], at=clock.now())
    services.github.join(66666, "ARRI")
    check_now()
    [(_, [stranger], _)] = admin.get("/manage/drift/").context["strangers"]
    assert (stranger.owner, stranger.former) == (None, team[3])


@pytest.mark.parametrize("status", [403, 422])
def test_a_refusal_about_one_person_names_them_and_the_others_go_on(
    team: list[Person], services: Services, status: int
) -> None:
    for number in (1003, 1004):
        services.github.members.remove(number)
    services.github.refused[team[3].github] = status
    check = check_now()
    findings = Finding.objects.filter(reading__check_run=check, kind="missing").order_by("shown")
    changes = drift_workflow.confirm_apply(check, [finding.pk for finding in findings], by=act_as(team[0]))
    errors = [made(change).partition(" ")[2] for change in changes]
    assert errors == [
        (
            "refused this change for arri (blocked, or must add a second factor there). "
            "If it refuses everybody, the token may not make changes."
        ),
        "",
    ]
