"""Addresses by the list: the preview, the act, and the page of the second person."""

from __future__ import annotations

import pytest
from django.core import mail
from pytest_django import DjangoAssertNumQueries

from audit import clock
from audit.models import Event
from members.accounts import workflow
from members.accounts.models import Invitation
from members.people.models import FormerGitHubName, Person
from notifications.tasks import deliver_due_notices
from tests.cast import Browse, Cast, act_as
from tests.factories import make_member, make_person
from web.conflicts import Conflict, NotAllowed
from web.validity import HIDDEN

LIST = "/members/invitations/list/"
CONFIRM = "/members/invitations/confirm/"
HOW = "mailing list since 2019, under this address"


@pytest.fixture
def three(cast: Cast) -> list[Person]:
    """Two members without a login, and somebody without standing."""
    return [make_member("Hana One"), make_member("Gita Two"), make_person("Dilek Three")]


TEXT = f"""
@HANA, hana@example.net, {HOW}
gita;gita@example.net;{HOW}

dilek, dilek@example.net
"""


def test_the_preview_saves_nothing_and_says_what_becomes_of_each_line(
    cast: Cast, browse: Browse, three: list[Person]
) -> None:
    page = browse(cast.ada).post(LIST, {"text": TEXT, "step": "preview"})
    assert page.status_code == 200
    lines = page.context["lines"]
    assert [(each.line.number, each.person, each.fault, each.waits) for each in lines] == [
        (2, three[0], "", True),
        (3, three[1], "", True),
        (5, three[2], "", False),
    ]
    assert [each.line.evidence for each in lines] == [HOW, HOW, ""]
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("hana", "Write: GitHub name, address, how it is known."),
        (", hana@example.net, x", "Nobody here has the GitHub name . Add the person first, or correct the name."),
        ("who, w@example.net, x", "Nobody here has the GitHub name who. Add the person first, or correct the name."),
        ("hana, nonsense, x", "nonsense is no e-mail address."),
        ("hana, hana@example.org, a \u202ecall", HIDDEN),
        ("hana, hana@example.net", "Say how the address is known."),
        ("mel, new@example.net, x", "Mel Member has a login already."),
        ("hana, mel@example.org, x", "This address belongs to another login."),
    ],
)
def test_a_faulty_line_is_named_and_nothing_is_handed_in(
    cast: Cast, browse: Browse, three: list[Person], line: str, fault: str
) -> None:
    text = f"gita, gita@example.net, {HOW}\n{line}"
    page = browse(cast.ada).post(LIST, {"text": text, "step": "hand_in"})
    assert page.status_code == 422
    assert [each.fault for each in page.context["lines"]] == ["", fault]
    assert page.context["form"].errors == {"text": ["1 of 2 lines have a fault; the table says which."]}
    assert text in page.context["form"]["text"].value()
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("second", ["hana, other@example.net, x", "gita, HANA@example.net, x"])
def test_one_person_and_one_address_stand_in_a_list_once(
    cast: Cast, browse: Browse, three: list[Person], second: str
) -> None:
    page = browse(cast.ada).post(LIST, {"text": f"hana, hana@example.net, x\n{second}", "step": "hand_in"})
    assert {each.fault for each in page.context["lines"]} == {"This person or this address is in the list twice."}
    assert not Invitation.objects.exists()


def test_a_former_github_name_still_means_its_person(cast: Cast, browse: Browse, three: list[Person]) -> None:
    FormerGitHubName.objects.create(person=three[0], name="Hana-Old", until=clock.now().date())
    page = browse(cast.ada).post(LIST, {"text": f"hana-old, hana@example.net, {HOW}", "step": "preview"})
    assert [each.person for each in page.context["lines"]] == [three[0]]


@pytest.mark.parametrize(
    ("text", "error"),
    [("", "Paste at least one line."), (" \n", "Paste at least one line."), ("a, b\n" * 201, "At most 200 lines")],
)
def test_an_empty_and_an_endless_list_are_refused(cast: Cast, browse: Browse, text: str, error: str) -> None:
    page = browse(cast.ada).post(LIST, {"text": text, "step": "hand_in"})
    assert page.status_code == 422
    assert error in page.context["form"].errors["text"][0]


def test_handing_in_invites_all_and_tells_the_watchers_once(cast: Cast, browse: Browse, three: list[Person]) -> None:
    answer = browse(cast.ada).post(LIST, {"text": TEXT, "step": "hand_in"})
    assert (answer.status_code, answer["Location"]) == (302, CONFIRM)
    assert Event.objects.filter(kind="invitation:list_named").count() == 1
    deliver_due_notices()
    assert sorted(message.to[0] for message in mail.outbox) == [
        "abel@example.org",
        "ada@example.org",
        "dilek@example.net",
        "sam@example.org",
        "sara@example.org",
    ]


def test_one_refused_line_invites_nobody(cast: Cast, three: list[Person]) -> None:
    named = [
        workflow.NamedAddress(three[0], "hana@example.net", HOW),
        workflow.NamedAddress(cast.mel, "mel@example.net", HOW),
    ]
    with pytest.raises(Conflict, match="Mel Member has a login already"):
        workflow.hand_in(named, by=act_as(cast.ada))
    assert not Invitation.objects.exists()
    with pytest.raises(NotAllowed):
        workflow.hand_in(named[:1], by=act_as(cast.sam))


def hand_in(cast: Cast, people: list[Person]) -> list[Invitation]:
    named = [workflow.NamedAddress(person, f"{person.github or person.slug}@example.net", HOW) for person in people]
    workflow.hand_in(named, by=act_as(cast.abel))
    return [person.invitations.get() for person in people]


def test_the_second_person_confirms_some_and_leaves_the_rest(cast: Cast, browse: Browse, three: list[Person]) -> None:
    hana, gita, _ = hand_in(cast, three)
    ada = browse(cast.ada)
    rows = ada.get(CONFIRM).context["rows"]
    assert {(row.invitation, row.is_ticked, row.may_answer, row.obstacle) for row in rows} == {
        (hana, True, True, ""),
        (gita, True, True, ""),
    }
    deliver_due_notices()
    mail.outbox.clear()
    assert ada.post(CONFIRM, {"address": [str(hana.pk)], "answer": "confirm"}).status_code == 302
    deliver_due_notices()
    assert sorted(message.to[0] for message in mail.outbox) == [
        "abel@example.org",
        "ada@example.org",
        "hana@example.net",
        "sam@example.org",
        "sara@example.org",
    ]
    page = ada.get(CONFIRM)
    assert [row.invitation for row in page.context["rows"]] == [gita]
    assert [(row.invitation, row.label) for row in page.context["decided"]] == [(hana, "Waiting")]


def test_what_an_admin_named_without_evidence_is_shown_unticked(cast: Cast, browse: Browse) -> None:
    invitation = workflow.invite(cast.nora, email="nora@example.net", by=act_as(cast.abel))
    make_member_of(cast.nora)
    (row,) = browse(cast.ada).get(CONFIRM).context["rows"]
    assert (row.invitation, row.is_ticked, row.may_answer) == (invitation, False, True)


def make_member_of(person: Person) -> None:
    person.memberships.create(since="2020-01-01", began="vote")


def test_nothing_ticked_is_an_error_that_keeps_the_ticks(cast: Cast, browse: Browse, three: list[Person]) -> None:
    hand_in(cast, three)
    page = browse(cast.ada).post(CONFIRM, {"answer": "confirm"})
    assert page.status_code == 422
    assert page.context["form"].errors == {"address": ["Tick at least one address."]}
    assert not any(row.is_ticked for row in page.context["rows"])


@pytest.mark.parametrize("value", ["nonsense", "9" * 5000, "00000000-0000-0000-0000-000000000000"])
def test_an_id_that_does_not_wait_is_an_error_of_the_form(
    cast: Cast, browse: Browse, three: list[Person], value: str
) -> None:
    hana, *_ = hand_in(cast, three)
    page = browse(cast.ada).post(CONFIRM, {"address": [str(hana.pk), value], "answer": "confirm"})
    assert page.status_code == 422
    hana.refresh_from_db()
    assert hana.confirmed_at is None


def test_the_verb_asks_for_at_least_one(cast: Cast) -> None:
    with pytest.raises(Conflict, match="Tick at least one"):
        workflow.confirm_addresses([], by=act_as(cast.ada))


def test_the_inviter_sees_why_there_is_nothing_to_tick(cast: Cast, browse: Browse, three: list[Person]) -> None:
    hand_in(cast, three[:1])
    (row,) = browse(cast.abel).get(CONFIRM).context["rows"]
    assert (row.may_answer, row.obstacle) == (False, "You named it, so somebody else confirms it.")


@pytest.mark.parametrize("count", [1, 30])
def test_pages_take_the_same_number_of_queries_however_many_lines(
    cast: Cast, browse: Browse, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = [make_member(f"Pat{number} Person") for number in range(count)]
    text = "\n".join(f"{person.github}, {person.github}@example.net, {HOW}" for person in people)
    ada = browse(cast.ada)
    with django_assert_num_queries(9):
        assert len(ada.post(LIST, {"text": text, "step": "preview"}).context["lines"]) == count
    hand_in(cast, people)
    with django_assert_num_queries(5):
        assert len(ada.get(CONFIRM).context["rows"]) == count


@pytest.mark.parametrize(("who", "number"), [("ada", 2), ("sam", 2), ("abel", 0), ("mel", 0)])
def test_the_dashboard_of_who_may_confirm_says_how_many_wait(
    cast: Cast, browse: Browse, three: list[Person], who: str, number: int
) -> None:
    hand_in(cast, three)
    titles = [item.title for item in browse(getattr(cast, who)).get("/dashboard/").context["waiting"]]
    assert ("2 addresses to confirm" in titles) is (number == 2)
