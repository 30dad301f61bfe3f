"""The public roster and the pages of invitations, as people meet them."""

from __future__ import annotations

import json
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from audit import clock
from members.accounts import links, workflow
from members.accounts.models import Invitation, User
from members.people.models import Membership, MembershipBegan, Person
from members.people.registry import PublicCredit, answer_credits
from tests.cast import Browse, Cast
from tests.factories import PASSWORD, make_emeritus, make_member, make_person

INVITE = "/members/invitations/new/"


def text(content: bytes) -> str:
    """A page's words with white space folded."""
    return " ".join(content.decode().split())


@pytest.mark.rule("PEP811-21", "SEED-02")
def test_the_roster_shows_members_and_emeritus_and_nobody_else(cast: Cast) -> None:
    page = text(Client().get("/members/").content)
    listed = {person.name for person in Person.objects.all() if person.name in page}
    assert listed == {person.name for person in [*cast.members, cast.emil]}


def test_the_roster_shows_an_affiliation_only_where_the_person_wants_it(db: None) -> None:
    make_member("Ada Admin", affiliation="Lorem Ltd", affiliation_public=True)
    make_member("Mel Member", affiliation="Secret Inc")
    page = text(Client().get("/members/").content) + text(Client().get("/members/members.json").content)
    assert ("Lorem Ltd" in page, "Secret Inc" in page) == (True, False)


def test_the_roster_never_shows_an_address(cast: Cast) -> None:
    for path in ["/members/", "/members/members.json", "/members/psrt.csv", "/members/mel-member/"]:
        assert "@example.org" not in Client().get(path).content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_the_roster_is_one_query_whatever_its_size(
    db: None, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        make_member(f"Member{number} Person")
    with django_assert_num_queries(1):
        Client().get("/members/")


def test_an_empty_roster_says_how_to_join(db: None) -> None:
    assert "No members yet" in text(Client().get("/members/").content)


@pytest.mark.rule("PSRT-04")
def test_the_csv_has_the_shape_of_the_developers_guide(cast: Cast) -> None:
    response = Client().get("/members/psrt.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8; header=absent"
    assert not response.content.startswith(b"\xef\xbb\xbf")  # the team's bot reads it
    assert response.content.decode() == (
        "Abel Admin,abel,Admin\nAda Admin,ada,Admin\nMel Member,mel,\nMia Member,mia,\nNewt Nofactor,newt,\n"
        "Rita Release,rita,Release Manager\nSara Steering,sara,\n"
    )
    assert Client().get("/members/psrt-emeritus.csv").content == b"Emil Emeritus,emil,\n"


def test_the_json_names_roles_and_periods(db: None) -> None:
    make_emeritus("Emil Emeritus", until=date(2024, 6, 1))
    document = json.loads(Client().get("/members/members.json").content)
    assert document["emeritus"] == [
        {
            "name": "Emil Emeritus",
            "github": "emil",
            "github_id": None,
            "affiliation": None,
            "in_memoriam": False,
            "url": document["emeritus"][0]["url"],
            "roles": [],
            "memberships": [
                {
                    "since": "2020-01-01",
                    "since_precision": "day",
                    "until": "2024-06-01",
                    "until_precision": "day",
                    "began": "vote",
                }
            ],
        }
    ]
    assert (document["version"], document["members"]) == (2, [])


def test_a_person_outside_the_team_has_no_page(cast: Cast) -> None:
    assert [Client().get(f"/members/{slug}/").status_code for slug in ["mel-member", "emil-emeritus"]] == [200, 200]
    missing = Client().get("/members/nobody-at-all/")
    hidden = Client().get("/members/olga-outsider/")
    assert (hidden.status_code, hidden.content) == (404, missing.content)


def test_a_persons_page_shows_every_period_and_the_published_credits(db: None) -> None:
    person = make_emeritus("Kim Return")
    Membership.objects.create(person=person, since=date(2026, 7, 21), began=MembershipBegan.DECISION)
    credit = PublicCredit(
        "A line break", "/advisories/PSF-2099-1/", "Reporter", "PSF-2099-1", "High", "high", date(2025, 5, 6)
    )
    answer_credits(lambda pk: [credit] if pk == person.pk else [])
    page = text(Client().get("/members/kim-return/").content)
    shown = [
        "1 January 2020 to 1 June 2024",
        "since 21 July 2026",
        "Member again",
        "6 May 2025",
        "PSF-2099-1 · Reporter",
    ]
    assert [part for part in shown if part not in page] == []


def test_inviting_sends_an_admin_back_to_the_list(cast: Cast, browse: Browse) -> None:
    client = browse(cast.ada)
    response = client.post(INVITE, {"person": cast.nora.pk, "email": "nora@example.org"})
    assert (response.status_code, response["Location"]) == (302, "/members/invitations/")
    page = text(client.get("/members/invitations/").content)
    assert ("Nora Nominee" in page, "The invitation of Nora Nominee is on its way." in page) == (True, True)


def test_inviting_somebody_new_adds_them_to_the_records(cast: Cast, browse: Browse) -> None:
    browse(cast.ada).post(INVITE, {"name": "Zoe Newcomer", "email": "zoe@example.org"})
    assert Invitation.objects.get().person.slug == "zoe-newcomer"


@pytest.mark.parametrize(
    ("typed", "field", "complaint"),
    [
        ({}, "name", "Choose somebody from the list, or write a name."),
        ({"name": "Zoe"}, "email", "This field is required."),
        ({"name": "Zoe", "email": "nonsense"}, "email", "Enter a valid email address."),
        ({"name": "Zoe", "email": "MEL@example.org"}, "email", "This address belongs to another login."),
        ({"name": "Z" * 201, "email": "z@example.org"}, "name", "longer than 200 characters"),
        ({"person": str(uuid4()), "email": "z@example.org"}, "person", "Select a valid choice."),
        ({"person": "mel", "name": "Zoe", "email": "z@example.org"}, "person", "is not a valid"),
    ],
)
def test_a_faulty_invitation_names_its_field_and_keeps_what_was_typed(
    cast: Cast, browse: Browse, typed: dict[str, str], field: str, complaint: str
) -> None:
    response = browse(cast.ada).post(INVITE, typed)
    assert response.status_code == 422
    assert complaint in " ".join(response.context["form"].errors[field])
    assert all(value[:30] in response.content.decode() for key, value in typed.items() if key != "person")
    assert Invitation.objects.count() == 0


def test_choosing_and_naming_somebody_at_once_is_refused(cast: Cast, browse: Browse) -> None:
    response = browse(cast.ada).post(INVITE, {"person": cast.nora.pk, "name": "Zoe", "email": "z@example.org"})
    assert response.context["form"].errors["name"] == [
        "You chose somebody from the list as well; leave one of the two empty."
    ]


def test_inviting_and_revoking_ask_for_a_fresh_factor(cast: Cast, browse: Browse) -> None:
    invitation = workflow.invite(cast.nora, email="nora@example.org", by=None)
    stale = browse(cast.ada, fresh=False)
    assert stale.get(INVITE)["Location"].startswith("/accounts/2fa/reauthenticate/?next=%2Fmembers%2Finvitations%2F")
    assert "Send it again" in text(stale.post(f"/members/invitations/{invitation.pk}/revoke/").content)
    invitation.refresh_from_db()
    assert invitation.revoked_at is None


def test_revoking_makes_the_link_useless(cast: Cast, browse: Browse) -> None:
    invitation = workflow.invite(cast.nora, email="nora@example.org", by=None)
    client = browse(cast.ada)
    assert client.post(f"/members/invitations/{invitation.pk}/revoke/").status_code == 302
    assert client.post(f"/members/invitations/{invitation.pk}/revoke/").status_code == 409
    assert client.post(f"/members/invitations/{uuid4()}/revoke/").status_code == 404
    closed = Client().get(f"/members/accept/{links.token_of(invitation)}/")
    assert (closed.status_code, "This invitation is closed" in text(closed.content)) == (404, True)


def test_the_list_of_invitations_is_paged_and_names_each_state(cast: Cast, browse: Browse) -> None:
    at = clock.now()
    for number in range(31):
        Invitation.objects.create(
            person=make_person(f"Guest{number} Person"),
            email=f"guest{number}@example.org",
            invited_at=at,
            expires_at=at,
            revoked_at=at if number == 30 else None,
            accepted_at=at if number == 29 else None,
        )
    pages = [text(browse(cast.ada).get(f"/members/invitations/?page={page}").content) for page in ("1", "2", "99", "x")]
    assert [page.count("@example.org") for page in pages] == [30, 1, 1, 30]
    assert [word in "".join(pages[:2]) for word in ["Accepted", "Revoked", "Expired"]] == [True] * 3


@pytest.fixture
def link(cast: Cast) -> str:
    """The private link of an open invitation."""
    invitation = workflow.invite(cast.nora, email="nora@example.org", by=None)
    return f"/members/accept/{links.token_of(invitation)}/"


def test_accepting_signs_in_and_leads_to_the_second_factor(cast: Cast, link: str) -> None:
    client = Client()
    assert "Welcome, Nora Nominee" in text(client.get(link).content)
    response = client.post(link, {"password1": PASSWORD, "password2": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/accounts/2fa/")
    assert client.get("/dashboard/")["Location"] == "/accounts/2fa/"
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200
    assert Client().post(link, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 404


@pytest.mark.parametrize(
    ("first", "second", "field", "complaint"),
    [
        ("", "", "password1", "This field is required."),
        (PASSWORD, "another", "password2", "The two passwords differ."),
        ("short", "short", "password1", "too short"),
        ("nora@example.org", "nora@example.org", "password1", "too similar"),
        ("p" * 1001, "p" * 1001, "password1", "at most 1000 characters"),
    ],
)
def test_a_faulty_password_names_its_field_and_leaves_the_invitation_open(
    link: str, first: str, second: str, field: str, complaint: str
) -> None:
    response = Client().post(link, {"password1": first, "password2": second})
    assert response.status_code == 422
    assert complaint in " ".join(response.context["form"].errors[field])
    assert (User.objects.filter(email="nora@example.org").count(), Client().get(link).status_code) == (0, 200)


def test_somebody_with_a_login_cannot_be_chosen(cast: Cast, browse: Browse) -> None:
    response = browse(cast.ada).post(INVITE, {"person": cast.mel.pk, "email": "other@example.org"})
    assert "Select a valid choice." in " ".join(response.context["form"].errors["person"])
