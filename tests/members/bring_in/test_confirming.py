"""Addresses that were handed in: who is told, and the page of the second person."""

from __future__ import annotations

import pytest
from django.core import mail
from pytest_django import DjangoAssertNumQueries

from audit.models import Event
from members.accounts import workflow
from members.accounts.models import Invitation
from members.people.models import Person
from notifications.tasks import deliver_due_notices
from tests.cast import Browse, Cast, act_as
from tests.factories import make_member, make_person
from web.conflicts import Conflict, NotAllowed

CONFIRM = "/manage/bring-in/confirm/"
HOW = "mailing list since 2019, under this address"


@pytest.fixture
def three(cast: Cast) -> list[Person]:
    """Two members without a login, and somebody without standing."""
    return [make_member("Hana One"), make_member("Gita Two"), make_person("Dilek Three")]


def test_handing_in_invites_all_and_tells_the_watchers_once(cast: Cast, three: list[Person]) -> None:
    hand_in(cast, three)
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


def test_a_list_may_name_an_address_without_evidence_and_the_page_says_so(cast: Cast, browse: Browse) -> None:
    hana = make_member("Hana One")
    (invitation,) = workflow.hand_in([workflow.NamedAddress(hana, "hana@example.net")], by=act_as(cast.abel))
    (row,) = browse(cast.ada).get(CONFIRM).context["rows"]
    assert (row.invitation, row.is_ticked, row.may_answer) == (invitation, False, True)
    with pytest.raises(Conflict, match="Say how you know"):
        workflow.invite(hana, email="hana@example.net", by=act_as(cast.abel))


def test_the_page_says_who_named_them_and_who_is_told(cast: Cast, browse: Browse, three: list[Person]) -> None:
    hand_in(cast, three)
    context = browse(cast.ada).get(CONFIRM).context
    assert {name: context[name] for name in ("ticked", "inviters", "admins", "council", "link_days", "days")} == {
        "ticked": 2,
        "inviters": "Abel Admin",
        "admins": 2,
        "council": 2,
        "link_days": 14,
        "days": 7,
    }


def test_whoever_named_the_addresses_is_told_that_somebody_else_confirms_them(
    cast: Cast, browse: Browse, three: list[Person]
) -> None:
    hand_in(cast, three)
    context = browse(cast.abel).get(CONFIRM).context
    assert context["ticked"] == 0
    assert {row.obstacle for row in context["rows"]} == {"You named it, so somebody else confirms it."}


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


def test_refusing_says_how_many(cast: Cast, browse: Browse, three: list[Person]) -> None:
    hana, gita, _ = hand_in(cast, three)
    ada = browse(cast.ada)
    assert ada.post(CONFIRM, {"address": [str(hana.pk)], "answer": "refuse"}).status_code == 302
    assert [str(message) for message in ada.get(CONFIRM).context["messages"]] == ["1 address refused. Nothing is sent."]
    assert ada.post(CONFIRM, {"address": [str(gita.pk)], "answer": "confirm"}).status_code == 302
    (message,) = ada.get(CONFIRM).context["messages"]
    assert str(message) == "1 address confirmed. The invitations are on their way."


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
    ada = browse(cast.ada)
    hand_in(cast, people)
    with django_assert_num_queries(7):
        assert len(ada.get(CONFIRM).context["rows"]) == count


@pytest.mark.parametrize(("who", "number"), [("ada", 2), ("sam", 2), ("abel", 0), ("mel", 0)])
def test_the_dashboard_of_who_may_confirm_says_how_many_wait(
    cast: Cast, browse: Browse, three: list[Person], who: str, number: int
) -> None:
    hand_in(cast, three)
    titles = [item.title for item in browse(getattr(cast, who)).get("/dashboard/").context["waiting"]]
    assert ("2 addresses to confirm" in titles) is (number == 2)
