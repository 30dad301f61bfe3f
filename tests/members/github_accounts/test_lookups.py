"""GitHub names are looked up after they were written down, and the pages say whose account it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from audit import clock
from members.github_accounts import tasks
from members.github_accounts.enums import AccountState
from members.github_accounts.models import GitHubLookup
from members.github_accounts.queries import account_of, to_look_up
from members.github_accounts.registry import NoAnswerError, account_called
from members.github_accounts.workflow import look_up, look_up_again
from members.people import workflow as people
from members.people.models import Person, RoleKind
from members.profile.workflow import export_own_data
from nominations import workflow as voting
from nominations.models import Category, Newcomer
from psrt_portal.demo.services import ServiceAnswer
from tests.cast import Browse, Cast, act_as
from tests.events import kinds, recorded
from tests.factories import make_member, make_person
from tests.members.drift.services import Services, services
from tests.members.people.test_public_views import text

__all__ = ["services"]


def account(person: Person) -> tuple[AccountState, int | None]:
    """The state of a person's name and the number on record, read anew."""
    found = account_of(Person.objects.get(pk=person.pk))
    return found.state, found.number


def sweep() -> None:
    tasks.look_up_github_names()


@pytest.fixture
def nina(db: None) -> Person:
    return make_person("Nina Nonce", github="nina-n", github_id=None)


def test_a_name_that_was_written_down_is_looked_up(services: Services, nina: Person) -> None:
    services.github.names[77] = "Nina-N"
    assert account(nina) == (AccountState.NOT_ASKED, None)
    with recorded() as events:
        sweep()
        sweep()  # there is nothing left to ask
    assert (account(nina), kinds(events)) == ((AccountState.CONFIRMED, 77), ["github_account:looked_up"])
    assert events[0].data == {"number": 77, "agrees": True}
    found = account_of(Person.objects.get(pk=nina.pk))
    assert (found.since, found.is_confirmed) == (datetime(2016, 6, 25, 18, 44, 36, tzinfo=UTC), True)
    assert len([request for request in services.github.log if "/users/" in request.path]) == 1


def test_a_name_that_github_does_not_have_is_not_confirmed(services: Services, nina: Person) -> None:
    sweep()
    assert account(nina) == (AccountState.ABSENT, None)
    services.github.names[77] = "nina-n"
    sweep()
    assert account(nina) == (AccountState.ABSENT, None)  # it is asked for again when somebody writes it down again
    people.correct_person(nina, name=nina.name, github="nina-m", by=act_as(admin()))
    services.github.names[78] = "nina-m"
    sweep()
    assert account(nina) == (AccountState.FOUND, None)


def admin() -> Person:
    return make_member("Ada Admin", RoleKind.ADMIN)


def test_an_account_on_record_for_somebody_else_is_not_confirmed(services: Services, nina: Person) -> None:
    make_person("Olga Other", github="", github_id=77)
    services.github.names[77] = "nina-n"
    sweep()
    assert account(nina) == (AccountState.TAKEN, None)


def test_a_name_that_somebody_else_has_taken_over_is_seen(services: Services, nina: Person) -> None:
    services.github.names[77] = "nina-n"
    sweep()
    services.github.names = {66666: "nina-n", 77: "nina-m"}
    look_up_again(nina)
    assert account(nina) == (AccountState.CONFIRMED, 77)  # the last answer, until there is a newer one
    with recorded() as events:
        sweep()
    assert (account(nina), events[0].data) == ((AccountState.OTHER, 77), {"number": 66666, "agrees": False})


def test_an_account_under_a_corrected_name_is_for_a_person_to_look_at(services: Services, nina: Person) -> None:
    services.github.names |= {77: "nina-n", 78: "nina-m"}
    sweep()
    ada = act_as(admin())
    people.correct_person(nina, name=nina.name, github="NINA-N", by=ada)
    assert account(nina) == (AccountState.CONFIRMED, 77)
    with recorded() as events:
        people.correct_person(nina, name=nina.name, github="nina-m", by=ada)
    assert (account(nina), events[0].data["fields"]) == ((AccountState.NOT_ASKED, None), ["github", "github_id"])
    sweep()
    assert account(nina) == (AccountState.FOUND, None)
    make_person("Olga Other", github="", github_id=78)
    assert account(nina) == (AccountState.TAKEN, None)


def test_an_account_that_a_check_has_seen_is_confirmed(nina: Person) -> None:
    Person.objects.filter(pk=nina.pk).update(github_id=77)
    assert account(nina) == (AccountState.CONFIRMED, 77)


def test_somebody_without_a_github_name_is_not_asked_about(services: Services, db: None) -> None:
    person = make_person("Karl Amet", github="")
    sweep()
    assert (account(person), look_up(person.pk)) == ((AccountState.NO_NAME, None), True)
    assert services.github.log == []


def test_a_name_that_changes_while_github_is_asked_is_asked_for_anew(
    services: Services, nina: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.github.names |= {77: "nina-n", 78: "nina-m"}

    def renamed(name: str) -> object:
        found = account_called(name)
        Person.objects.filter(pk=nina.pk).update(github="nina-m")
        return found

    monkeypatch.setattr("members.github_accounts.workflow.account_called", renamed)
    look_up(nina.pk)
    assert (account(nina), GitHubLookup.objects.count()) == ((AccountState.NOT_ASKED, None), 0)
    monkeypatch.undo()
    sweep()
    assert account(nina) == (AccountState.CONFIRMED, 78)


def test_a_server_that_gives_no_answer_is_asked_again_later(
    services: Services, nina: Person, settings: Settings
) -> None:
    make_person("Olga Other", github="olga", github_id=None)
    host = urlsplit(settings.GITHUB_API_URL).netloc
    services.down("github")
    sweep()
    asked = GitHubLookup.objects.get().person  # after the first failure the rest waits
    found, now = account_of(asked), clock.now()
    assert (found.state, found.error) == (AccountState.NOT_ASKED, f"{host} cannot be reached, or broke off.")
    rest = {"nina-n", "olga"} - {asked.github}
    assert {person.github for person in to_look_up(now)} == rest
    assert [person.github for person in to_look_up(now + timedelta(minutes=11))] == [*rest, asked.github]
    Person.objects.filter(pk=asked.pk).update(github="another")
    assert look_up(asked.pk) is False
    assert GitHubLookup.objects.values_list("name", flat=True).get() == "another"


def test_a_failure_about_a_name_that_has_changed_is_not_kept(
    services: Services, nina: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_name: str) -> object:
        Person.objects.filter(pk=nina.pk).update(github="nina-m")
        raise NoAnswerError("It is down.")

    monkeypatch.setattr("members.github_accounts.workflow.account_called", fails)
    assert (look_up(nina.pk), GitHubLookup.objects.count()) == (False, 0)


def test_a_failure_leaves_the_last_answer(services: Services, nina: Person) -> None:
    services.github.names[77] = "nina-n"
    sweep()
    look_up_again(nina)
    services.down("github")
    sweep()
    found = account_of(Person.objects.get(pk=nina.pk))
    assert (found.state, found.found, bool(found.error)) == (AccountState.CONFIRMED, 77, True)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"login": "nina-n", "id": 77, "type": "Organization", "created_at": "2011-01-25T18:44:36Z"}, "absent"),
        ({"login": "other", "id": 77, "type": "User", "created_at": "2011-01-25T18:44:36Z"}, "absent"),
        ({"login": "nina-n", "id": 2**63, "type": "User", "created_at": "2011-01-25T18:44:36Z"}, "absent"),
        ({"login": "nina-n", "id": 77, "type": "User", "created_at": "yesterday"}, "not_asked"),
        ({"login": "nina-n", "id": "x", "type": "User", "created_at": "2011-01-25T18:44:36Z"}, "not_asked"),
        ({"login": "nina-n"}, "not_asked"),
        ([], "not_asked"),
    ],
)
def test_only_the_account_of_a_person_is_taken(
    services: Services, nina: Person, monkeypatch: pytest.MonkeyPatch, answer: object, state: str
) -> None:
    monkeypatch.setattr(services.github, "_user_named", lambda _request, _name: ServiceAnswer(200, answer))
    sweep()
    assert account(nina) == (AccountState(state), None)


def test_without_a_server_nobody_is_asked(nina: Person) -> None:
    sweep()
    assert (account(nina), GitHubLookup.objects.count()) == ((AccountState.NOT_ASKED, None), 0)
    with pytest.raises(NoAnswerError, match="No GitHub server is connected"):
        account_called("nina-n")
    assert look_up(nina.pk) is False


def test_writing_a_name_down_hints_to_the_worker_after_the_commit(
    services: Services,
    cast: Cast,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[str] = []
    monkeypatch.setattr("web.background.hint", lambda task, *_args: sent.append(task.name))
    with django_capture_on_commit_callbacks(execute=True):
        people.add_person("Nina Nonce", github="nina-n")
        assert "members.github_accounts.tasks.look_up_github_names" not in sent
    assert sent.count("members.github_accounts.tasks.look_up_github_names") == 1


def test_without_a_server_nothing_is_hinted(
    cast: Cast,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[str] = []
    monkeypatch.setattr("web.background.hint", lambda task, *_args: sent.append(task.name))
    with django_capture_on_commit_callbacks(execute=True):
        people.add_person("Nina Nonce", github="nina-n")
    assert "members.github_accounts.tasks.look_up_github_names" not in sent


def test_whoever_consents_is_looked_up_once_more(services: Services, cast: Cast) -> None:
    services.github.names[77] = "nina-n"
    nomination = voting.propose(
        Newcomer("Nina Nonce", "nina-n"),
        statement="For years.",
        category=Category.CORE,
        email="nina@example.net",
        by=act_as(cast.mel),
    )
    sweep()
    services.github.names = {66666: "nina-n"}
    voting.accept(nomination)
    sweep()
    assert account(nomination.nominee) == (AccountState.OTHER, 77)


# -- pages --------------------------------------------------------------------------------------------

SENTENCES = {
    AccountState.NOT_ASKED: "GitHub has not been asked yet which account this is; the portal does so within minutes.",
    AccountState.ABSENT: "GitHub has no personal account of this name",
    AccountState.TAKEN: "This is account 88, which is on record for somebody else.",
    AccountState.FOUND: "The name was corrected, and belongs to account 88, made on",
    AccountState.OTHER: "on record is account 77. Ask them what they are called on GitHub",
    AccountState.CONFIRMED: "account 77, made on",
}


def put(person: Person, state: AccountState) -> None:
    """Let the name of `person` be in `state`."""
    on_record = {AccountState.OTHER: 77, AccountState.CONFIRMED: 77}.get(state)
    Person.objects.filter(pk=person.pk).update(github_id=on_record)
    if state is AccountState.TAKEN:
        make_person("Tilda Taken", github="", github_id=88)
    if state is not AccountState.NOT_ASKED:
        number = {AccountState.ABSENT: None, AccountState.CONFIRMED: 77}.get(state, 88)
        GitHubLookup.objects.create(
            person=person,
            name=person.github,
            answered_at=clock.now(),
            number=number,
            account_since=datetime(2015, 5, 3, tzinfo=UTC) if number else None,
        )


@pytest.mark.parametrize("state", list(SENTENCES))
def test_the_record_says_whose_account_it_is(
    services: Services, cast: Cast, browse: Browse, state: AccountState
) -> None:
    put(cast.mel, state)
    page = text(browse(cast.ada).get(reverse("people:record", args=["mel-member"])).content)
    assert [each for each, sentence in SENTENCES.items() if sentence in page] == [state]
    assert ("3 May 2015" in page) == (state in {AccountState.FOUND, AccountState.OTHER, AccountState.CONFIRMED})
    assert ("not confirmed" in page) == (state is not AccountState.CONFIRMED)


def test_the_record_says_that_no_server_is_connected_or_gave_no_answer(
    cast: Cast, browse: Browse, settings: Settings
) -> None:
    client, path = browse(cast.ada), reverse("people:record", args=["mel-member"])
    Person.objects.filter(pk=cast.mel.pk).update(github_id=None)
    assert "No GitHub server is connected, so nobody has looked" in text(client.get(path).content)
    GitHubLookup.objects.create(person=cast.mel, name="mel", failed_at=clock.now(), error="It is down.")
    for name in ("GITHUB_API_URL", "GITHUB_API_TOKEN", "GITHUB_ORG", "GITHUB_TEAM"):
        setattr(settings, name, "https://api.github.example/x")
    assert "GitHub gave no answer: It is down. The portal asks again." in text(client.get(path).content)


def test_a_nomination_says_whose_account_it_is(services: Services, cast: Cast, browse: Browse) -> None:
    put(cast.nora, AccountState.OTHER)
    nomination = voting.propose(
        cast.nora, statement="For years.", category=Category.CORE, email="nora@example.net", by=act_as(cast.mel)
    )
    page = text(browse(cast.mia).get(nomination.get_absolute_url()).content)
    assert SENTENCES[AccountState.OTHER] in page


def test_the_answer_is_among_ones_own_data(services: Services, cast: Cast) -> None:
    put(cast.mel, AccountState.CONFIRMED)
    (found,) = export_own_data(by=act_as(cast.mel))["github_accounts"]
    assert (found["name"], found["number"], found["since"]) == ("mel", 77, "2015-05-03T00:00:00+00:00")


def test_a_lookup_is_printed_by_name_and_number() -> None:
    assert [str(GitHubLookup(name="mel", number=number)) for number in (77, None)] == ["mel: 77", "mel: no number"]
