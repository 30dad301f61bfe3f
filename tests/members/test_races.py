"""Races between two acts, on PostgreSQL with real transactions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit import clock
from audit.models import Event
from members.boarding import workflow as boarding_workflow
from members.boarding.models import Checklist
from members.channels import workflow as channels_workflow
from members.channels.models import Channel, ChannelAccount, ChannelKind
from members.documents import workflow as documents_workflow
from members.documents.models import DocumentVersion
from members.people import workflow as people_workflow
from members.people.models import FormerGitHubName, Person, RoleKind
from tests.cast import Browse, act_as, assemble
from tests.factories import give_roles
from tests.members.documents.pages import DUTIES, current, publish
from tests.races import race
from web.conflicts import Conflict

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_admins_who_publish_at_once_the_second_is_told() -> None:
    cast = assemble()
    first, second = race(lambda: publish(cast.ada), lambda: publish_second(cast.abel))
    assert isinstance(first, DocumentVersion)
    assert isinstance(second, Conflict)
    assert (current().number, current().published_by) == (2, cast.ada)


def publish_second(by: Person) -> DocumentVersion:
    """Made from the first version, whatever was published meanwhile."""
    return documents_workflow.publish(DUTIES, "## Mine\n", "Mine.", based_on=1, by=act_as(by))


def test_of_two_workers_one_reminds() -> None:
    assemble()

    def remind() -> bool:
        with clock.pretend(current().published_at + timedelta(days=8)):
            return documents_workflow.remind_of_acceptance()

    assert race(remind, remind) == (True, False)
    assert Event.objects.filter(kind="document:reminded").count() == 1


def test_a_publication_a_moment_too_late_keeps_the_typed_text(browse: Browse) -> None:
    cast = assemble()
    client = browse(cast.abel)
    typed = {"text": "## Mine\n", "change": "Mine.", "based_on": 1, "step": "publish"}
    path = "/manage/documents/responsibilities/edit/"
    _, answer = race(lambda: publish(cast.ada), lambda: client.post(path, typed))
    page = answer.content.decode()
    assert (answer.status_code, current().number) == (409, 2)
    assert ("## Mine" in page, "Waters the plants." in page, 'name="based_on" value="2"' in page) == (True, True, True)


def test_of_two_admins_who_leave_at_once_the_second_is_told_that_two_have_to_stay(browse: Browse) -> None:
    cast = assemble()
    give_roles(cast.mia, RoleKind.ADMIN)
    client = browse(cast.abel)
    _, answer = race(
        lambda: boarding_workflow.resign(by=act_as(cast.ada)),
        lambda: client.post("/profile/leave/", {"reason": "A new <job>."}),
    )
    assert answer.status_code == 409
    assert "there would be fewer than 2 admins" in answer.content.decode()
    assert "A new &lt;job&gt;." in answer.content.decode()
    assert Checklist.objects.offboardings().get().person == cast.ada


def test_of_two_admins_who_add_one_github_name_at_once_the_second_is_told() -> None:
    cast = assemble()
    first, second = race(
        lambda: people_workflow.add_person("Nick New", github="nick-new", by=act_as(cast.ada)),
        lambda: people_workflow.add_person("Nicholas New", github="Nick-New", by=act_as(cast.abel)),
    )
    assert (type(second), str(second)) == (Conflict, "Somebody with the GitHub name Nick-New is known already.")
    assert list(Person.objects.filter(name__endswith=" New")) == [first]


def test_of_two_admins_who_add_one_name_at_once_the_second_is_asked_to_look() -> None:
    cast = assemble()
    first, second = race(
        lambda: people_workflow.add_person("Nick New", by=act_as(cast.ada)),
        lambda: people_workflow.add_person("Nick New", github="nick-new", by=act_as(cast.abel)),
    )
    sentence = "Somebody else has just added Nick New. Look whether that is the same person."
    assert (type(second), str(second)) == (Conflict, sentence)
    assert list(Person.objects.filter(slug__startswith="nick-new")) == [first]


def test_of_two_admins_who_correct_people_to_one_github_name_at_once_the_second_is_told(browse: Browse) -> None:
    cast = assemble()
    client = browse(cast.abel)
    typed = {"name": "Mia Member", "github": "Shared"}
    _, answer = race(
        lambda: people_workflow.correct_person(cast.mel, name="Mel Member", github="shared", by=act_as(cast.ada)),
        lambda: client.post("/manage/people/mia-member/correct/", typed),
    )
    assert answer.status_code == 422
    sentence = "Shared is on record as the GitHub name of Mel Member. Correct that first."
    assert sentence in answer.content.decode()
    assert (github_of(cast.mel), github_of(cast.mia)) == ("shared", cast.mia.github)
    assert list(FormerGitHubName.objects.filter(person=cast.mia)) == []


def github_of(person: Person) -> str:
    """As it is in the database now."""
    return Person.objects.get(pk=person.pk).github


def test_a_rename_that_another_one_overtakes_is_refused_with_the_sentence() -> None:
    cast = assemble()

    def rename(person: Person) -> Person:
        return people_workflow.rename_on_github(person, "shared", by=cast.ada, at=clock.now())

    _, second = race(lambda: rename(cast.mel), lambda: rename(cast.mia))
    sentence = "shared is on record as the GitHub name of Mel Member. Correct that first."
    assert (type(second), str(second)) == (Conflict, sentence)
    assert (github_of(cast.mel), github_of(cast.mia)) == ("shared", cast.mia.github)


def test_of_two_admins_who_note_one_account_at_once_the_second_is_told() -> None:
    cast = assemble()
    chat = Channel.objects.get(kind=ChannelKind.DISCORD)
    _, second = race(
        lambda: channels_workflow.note_account(chat, cast.mel, "shared", by=act_as(cast.ada)),
        lambda: channels_workflow.note_account(chat, cast.mia, "shared", by=act_as(cast.abel)),
    )
    assert (type(second), str(second)) == (Conflict, "This account is noted as that of Mel Member already.")
    assert [account.person for account in ChannelAccount.objects.filter(identifier="shared")] == [cast.mel]
