"""The roster of people to bring in: the state of each, the one act, the bar, filters and search."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from audit import clock
from members.accounts import workflow as accounts
from members.accounts.models import Invitation
from members.bring_in.enums import SignInState
from members.bring_in.pages.roster import Meter, SignInRow
from members.bring_in.queries.roster import not_asked, sign_ins, who_can_sign_in
from members.people.models import Person
from notifications.models import Delivery, Reason
from notifications.tasks import deliver_due_notices
from tests.cast import Browse, Cast, act_as
from tests.factories import PASSWORD, give_login, make_member, make_person
from tests.members.bring_in.inviting import HOUR, PAGE, bounce, invited, named


def row_of(client: Client, person: Person) -> SignInRow:
    rows: list[SignInRow] = client.get(PAGE, {"q": person.name}).context["rows"]
    (row,) = rows
    return row


def shown(row: SignInRow) -> tuple[str, str, bool]:
    return row.label, row.act, row.is_link


def test_everybody_of_the_team_and_the_council_is_there_and_nobody_else(cast: Cast, browse: Browse) -> None:
    rows = browse(cast.ada).get(PAGE).context["rows"]
    assert [row.sign_in.person for row in rows] == sorted([*cast.members, cast.sam], key=lambda one: one.name)
    assert [row.sign_in.person for row in rows if row.is_reader] == [cast.ada]
    assert [row.sign_in.person for row in rows if row.sign_in.membership is None] == [cast.sam]


def test_the_bar_counts_members_only(cast: Cast, browse: Browse) -> None:
    make_member("Nobody Asked")
    invited(cast)
    meter: Meter = browse(cast.ada).get(PAGE).context["meter"]
    assert (meter.total, meter.complete, meter.under_way, meter.rest, meter.cannot) == (9, 6, 2, 1, 3)
    assert meter.outside == 1  # sam, of the Steering Council


def test_each_state_has_its_words_and_its_one_act(cast: Cast, browse: Browse) -> None:
    ada = browse(cast.ada)
    assert shown(row_of(ada, cast.mel)) == ("Can sign in", "", False)
    assert shown(row_of(ada, cast.newt)) == ("Second factor missing", "Remind", False)
    hana = make_member("Hana One")
    assert shown(row_of(ada, hana)) == ("No address", "Add address", True)
    invitation = named(cast, "Gita Two")
    row = row_of(ada, invitation.person)
    assert (*shown(row), row.detail) == (
        "Waits for a second admin",
        "Confirm",
        True,
        "gita@example.net, named by Abel Admin",
    )
    own = row_of(browse(cast.abel), invitation.person)
    assert (*shown(own), own.detail) == (
        "Waits for a second admin",
        "Change",
        True,
        "gita@example.net, named by you",
    )
    accounts.suspend(cast.mia, "A lost laptop.", by=act_as(cast.ada))
    assert shown(row_of(ada, cast.mia)) == ("Suspended", "See", True)


def test_an_invitation_is_sent_again_after_an_hour(cast: Cast, browse: Browse) -> None:
    ada = browse(cast.ada)
    invitation = invited(cast, ago=HOUR / 2)
    row = row_of(ada, invitation.person)
    assert (*shown(row), row.moment) == ("Invited", "", False, invitation.confirmed_at)
    Invitation.objects.update(confirmed_at=clock.now() - HOUR)
    assert shown(row_of(ada, invitation.person)) == ("Invited", "Send again", False)


def test_a_mail_that_came_back_asks_for_another_address(cast: Cast, browse: Browse) -> None:
    invitation = invited(cast)
    bounce(invitation, reason=Reason.GAVE_UP)
    assert shown(row_of(browse(cast.ada), invitation.person)) == ("Invited", "Send again", False)
    Delivery.objects.update(reason=Reason.REFUSED)
    row = row_of(browse(cast.ada), invitation.person)
    assert (*shown(row), row.detail) == (
        "Mail came back",
        "Change",
        True,
        "The mail server refuses hana@example.net",
    )


def test_a_mail_that_came_back_and_went_out_again_is_on_its_way(cast: Cast) -> None:
    invitation = invited(cast)
    bounce(invitation)
    accounts.send_again(invitation, by=act_as(cast.ada))
    deliver_due_notices()
    (each,) = [one for one in sign_ins(clock.now()) if one.person == invitation.person]
    assert each.state == SignInState.INVITED


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"expires_at": clock}, "hana@example.net; the invitation has expired"),
        ({"revoked_at": clock}, "hana@example.net; the invitation was revoked"),
        ({"revoked_at": clock, "refused_by": "ada"}, "hana@example.net; a second admin refused the address"),
    ],
)
def test_an_invitation_that_is_over_begins_again_with_its_address(
    cast: Cast, browse: Browse, change: dict[str, object], detail: str
) -> None:
    invitation = named(cast)
    now = clock.now() - timedelta(minutes=1)
    values = {name: cast.ada if value == "ada" else now for name, value in change.items()}
    Invitation.objects.filter(pk=invitation.pk).update(**values)
    row = row_of(browse(cast.ada), invitation.person)
    assert (*shown(row), row.detail) == ("Not invited", "Invite", True, detail)
    form = browse(cast.ada).get(row.url).context["form"]
    assert form["person"].value() == str(invitation.person.pk)


def test_a_login_that_is_closed_is_not_invited_at_its_address(cast: Cast, browse: Browse) -> None:
    cast.mel.user.is_active = False
    cast.mel.user.save()
    row = row_of(browse(cast.ada), cast.mel)
    assert (*shown(row), row.detail) == ("Not invited", "Invite", True, "mel@example.org")


def test_a_login_on_one_word_waits_for_a_second_person(cast: Cast, browse: Browse) -> None:
    invitation = accounts.invite(cast.nora, email="nora@example.net", by=act_as(cast.abel))
    accounts.accept_invitation(invitation, password=PASSWORD)
    cast.nora.memberships.create(since="2020-01-01", began="vote")
    assert shown(row_of(browse(cast.ada), cast.nora)) == ("Waits for a second admin", "Confirm", True)
    assert shown(row_of(browse(cast.abel), cast.nora)) == ("Waits for a second admin", "", False)


def test_who_accepted_and_has_no_second_factor_yet_is_reminded(cast: Cast, browse: Browse) -> None:
    invitation = invited(cast)
    accounts.accept_invitation(invitation, password=PASSWORD)
    row = row_of(browse(cast.ada), invitation.person)
    invitation.refresh_from_db()
    assert (*shown(row), row.detail, row.moment) == (
        "Second factor missing",
        "Remind",
        False,
        "accepted",
        invitation.accepted_at,
    )


# -- filters, search and pages --------------------------------------------------------------------------


def test_chips_count_and_filter(cast: Cast, browse: Browse) -> None:
    ada = browse(cast.ada)
    nobody, waiting, sent = make_member("Anna Nobody"), named(cast).person, invited(cast, "Gita Two").person
    chips = ada.get(PAGE).context["chips"]
    assert [(chip.label, chip.count, chip.is_current) for chip in chips] == [
        ("Everybody", 11, True),
        ("Cannot sign in", 4, False),
        ("No address", 1, False),
        ("Waiting for a second admin", 1, False),
        ("Invited", 2, False),
        ("Can sign in", 7, False),
        ("Council, not on the team", 1, False),
    ]
    for name, people in {
        "cannot": {nobody, waiting, sent, cast.newt},
        "no-address": {nobody},
        "waiting": {waiting},
        "invited": {sent, cast.newt},
        "can": {cast.ada, cast.abel, cast.mel, cast.mia, cast.rita, cast.sara, cast.sam},
        "council": {cast.sam},
    }.items():
        rows = ada.get(PAGE, {"show": name}).context["rows"]
        assert {row.sign_in.person for row in rows} == people


@pytest.mark.parametrize("show", ["nonsense", "", "9" * 500])
def test_an_unknown_filter_shows_everybody(cast: Cast, browse: Browse, show: str) -> None:
    assert len(browse(cast.ada).get(PAGE, {"show": show}).context["rows"]) == 8


def test_a_search_that_finds_nobody_offers_to_clear_it(cast: Cast, browse: Browse) -> None:
    page = browse(cast.ada).get(PAGE, {"q": "zzz", "show": "can"})
    assert (list(page.context["rows"]), page.context["meter"].total) == ([], 7)
    assert [(chip.label, chip.count) for chip in page.context["chips"]] == [("Everybody", 0), ("Can sign in", 0)]
    assert "Clear the filter" in page.content.decode()


def test_the_list_has_pages(cast: Cast, browse: Browse) -> None:
    for number in range(30):
        make_member(f"Pat{number} Person")
    ada = browse(cast.ada)
    assert len(ada.get(PAGE).context["rows"]) == 30
    assert len(ada.get(PAGE, {"page": 2}).context["rows"]) == 8


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_takes_the_same_number_of_queries_however_many_people(
    cast: Cast, browse: Browse, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        invited(cast, f"Pat{number} Person")
    ada = browse(cast.ada)
    with django_assert_num_queries(7):
        ada.get(PAGE)
    with django_assert_num_queries(11):
        ada.get(PAGE, {"q": "pat"})


@pytest.mark.parametrize("who", ["sam", "mel"])
def test_only_admins_see_it(cast: Cast, browse: Browse, who: str) -> None:
    assert browse(getattr(cast, who)).get(PAGE).status_code == 403


def test_not_asked_are_members_without_login_and_link(cast: Cast) -> None:
    nobody, now = make_member("Anna Nobody"), clock.now()
    named(cast)
    invited(cast, "Gita Two")
    gone = invited(cast, "Ivo Three")
    Invitation.objects.filter(pk=gone.pk).update(expires_at=now - HOUR)
    locked = make_member("Lena Four")
    locked.suspensions.create(reason="x", begun_by=cast.ada, begun_at=now)
    assert set(not_asked(now)) == {nobody, gone.person}


def test_who_can_sign_in_has_a_factor_two_words_and_no_suspension(cast: Cast) -> None:
    accounts.suspend(cast.mia, "A lost laptop.", by=act_as(cast.ada))
    cast.rita.user.is_unconfirmed = True
    cast.rita.user.save()
    people = {user.person for user in who_can_sign_in(clock.now().date())}
    assert people == {cast.ada, cast.abel, cast.mel, cast.sara}


# -- the council, and other pages -----------------------------------------------------------------------


def test_a_council_member_from_outside_is_added_and_the_command_is_shown(cast: Cast, browse: Browse) -> None:
    ada = browse(cast.ada)
    answer = ada.post(f"{PAGE}council/", {"name": "Dong Outside", "github": "dong-o"})
    assert answer["Location"] == f"{PAGE}council/?person=dong-outside"
    page = ada.get(answer["Location"])
    assert page.context["person"] == Person.objects.get(github="dong-o")
    assert "manage.py council_seat begin dong-o https://" in page.content.decode()
    assert page.context["seats"] == [cast.sam, cast.sara]


def test_a_name_of_the_team_is_refused_for_a_council_member(cast: Cast, browse: Browse) -> None:
    page = browse(cast.ada).post(f"{PAGE}council/", {"name": "Mel Member", "github": ""})
    assert page.status_code == 422
    assert "name" in page.context["form"].errors


def test_a_council_member_without_a_github_name_is_named_by_the_slug(cast: Cast, browse: Browse) -> None:
    make_person("Dong Outside", github="")
    page = browse(cast.ada).get(f"{PAGE}council/", {"person": "dong-outside"})
    assert "council_seat begin dong-outside https://" in page.content.decode()
    assert browse(cast.ada).get(f"{PAGE}council/", {"person": "nobody"}).context["person"] is None


def actions(client: Client, person: Person) -> list[str]:
    sections = client.get(f"/manage/people/{person.slug}/").context["sections"]
    return [section.context["label"] for section in sections["actions"] if "label" in section.context]


def test_a_record_offers_to_invite_who_has_no_login(cast: Cast, browse: Browse) -> None:
    ada, hana = browse(cast.ada), make_member("Hana One")
    assert "Invite" in actions(ada, hana)
    assert "Invite" not in actions(ada, cast.mel)
    hana.suspensions.create(reason="x", begun_by=cast.ada, begun_at=clock.now())
    assert "Invite" not in actions(ada, hana)


def test_inviting_from_a_page_leads_back_to_it(cast: Cast, browse: Browse) -> None:
    hana = make_member("Hana One")
    fields = {"person": str(hana.pk), "email": "hana@example.net", "evidence": "a call"}
    answer = browse(cast.ada).post(f"/members/invitations/new/?next={PAGE}", fields)
    assert answer["Location"] == PAGE


def test_the_list_of_people_shows_who_has_no_login_yet(cast: Cast, browse: Browse) -> None:
    ada, hana = browse(cast.ada), make_member("Hana One")
    everybody = {row.person: row.has_login for row in ada.get("/manage/people/").context["rows"]}
    assert {person for person, has_login in everybody.items() if not has_login} == {hana, cast.nora}
    page = ada.get("/manage/people/", {"login": "none"})
    assert {row.person for row in page.context["rows"]} == {hana, cast.nora}
    assert f"/members/invitations/new/?person={hana.pk}&amp;next=/manage/people/" in page.content.decode()
    assert list(ada.get("/manage/people/", {"login": "none", "q": "hana"}).context["page"]) == [hana]


@pytest.mark.parametrize(("who", "there"), [("ada", True), ("sam", False), ("mel", False)])
def test_the_dashboard_of_an_admin_says_who_has_not_been_asked(
    cast: Cast, browse: Browse, who: str, there: bool
) -> None:
    make_member("Hana One")
    items = browse(getattr(cast, who)).get("/dashboard/").context["waiting"]
    found = [(item.urgency, item.detail) for item in items if item.title == "Bring the team in"]
    assert found == ([("No login", "6 of 8 members can sign in. 1 has no invitation that works.")] if there else [])


def test_on_a_first_day_it_stands_first(cast: Cast, browse: Browse) -> None:
    for number in range(9):
        make_member(f"Pat{number} Person")
    first = browse(cast.ada).get("/dashboard/").context["waiting"][0]
    assert (first.title, first.urgency, first.url) == ("Bring the team in", "First day", PAGE)
    assert first.detail == "6 of 16 members can sign in. 9 have no invitation that works."


def test_when_everybody_was_asked_the_dashboard_is_quiet(cast: Cast, browse: Browse) -> None:
    give_login(make_member("Hana One"))
    invited(cast, "Gita Two")
    titles = [item.title for item in browse(cast.ada).get("/dashboard/").context["waiting"]]
    assert "Bring the team in" not in titles
