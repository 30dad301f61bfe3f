"""The admins' pages about people: everybody, one record, and writing it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from audit import clock
from members.accounts import workflow
from members.boarding.enums import Direction
from members.boarding.models import Checklist
from members.people.models import FormerGitHubName, Membership, Person, Role, RoleKind
from tests.cast import Browse, Cast, act_as
from tests.factories import make_person
from tests.members.boarding.pages import begin, leave, page_text, post
from tests.members.documents.pages import accept
from tests.members.people.test_public_views import text

MEL = "/manage/people/mel-member/"
DEATH = "Record that they have died"


def test_everybody_is_listed_with_what_they_are_today(cast: Cast, browse: Browse) -> None:
    workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    rows = browse(cast.ada).get("/manage/people/").context["rows"]
    assert {row.person.github: row.label for row in rows} == {
        "ada": "Member",
        "abel": "Member",
        "mel": "Suspended",
        "mia": "Member",
        "rita": "Member",
        "sara": "Member",
        "sam": "Not a member",
        "emil": "Emeritus",
        "olga": "Not a member",
        "newt": "Member",
        "nora": "Not a member",
    }


@pytest.mark.server_versions
def test_people_are_found_by_parts_of_names(cast: Cast, browse: Browse) -> None:
    ada = browse(cast.ada)
    found = [row.person.github for row in ada.get("/manage/people/?q=ADMIN").context["rows"]]
    assert found == ["abel", "ada"]
    assert "Nobody matches" in page_text(ada, "/manage/people/?q=zzz")
    assert ada.get("/manage/people/", {"q": "x" * 500}).status_code == 200


def test_the_list_is_paged_and_costs_the_same_for_thirty(cast: Cast, browse: Browse) -> None:
    ada, counts = browse(cast.ada), []
    for more in (0, 40):
        for number in range(more):
            make_person(f"Further Person {number}", github="")
        with CaptureQueriesContext(connection) as queries:
            page = ada.get("/manage/people/").context["page"]
        counts.append((len(queries), len(page)))
    # Session and reader, the number of people, a page of them, their roles.
    assert counts == [(5, 11), (5, 30)]


def fill_history(person: Person, cast: Cast, rows: int) -> None:
    """Give `person` something in every part of a record, and `rows` rows in each part of the history."""
    accept(person, cast.ada)
    workflow.suspend(person, "A lost laptop.", by=act_as(cast.ada))
    begin(cast.nora)
    Checklist.objects.update(person=person)
    person.invitations.create(email="x@example.org", invited_at=clock.now(), expires_at=clock.now())
    Checklist.objects.create(
        direction=Direction.OUT,
        person=person,
        membership=person.memberships.get(),
        ending="emeritus",
        begun_at=clock.now(),
        begun_by=cast.ada,
    )
    for number in range(rows):
        end = date(1980 + number, 1, 1)
        Membership.objects.create(person=person, began="record", ended="removed", since=end, until=end)
        Role.objects.create(person=person, kind="triager", since=end, until=end)
        FormerGitHubName.objects.create(person=person, name=f"name{number}", until=end)
        person.invitations.create(
            email="x@example.org", invited_at=clock.now(), expires_at=clock.now(), revoked_at=clock.now()
        )


@pytest.mark.parametrize("rows", [1, 30])
def test_a_record_takes_ten_queries_however_long_the_history(
    cast: Cast, browse: Browse, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fill_history(cast.mel, cast, rows)
    ada = browse(cast.ada)
    with django_assert_num_queries(10):
        page = ada.get(MEL)
    assert (len(page.context["memberships"]), len(page.context["roles"])) == (rows + 1, rows)
    words_on_page = text(page.content)
    for part in (
        "A lost laptop.",
        "<dt>Login</dt> <dd> closed",
        "version 1,",
        "<dt>Onboarding</dt>",
        "<dt>Offboarding</dt>",
        "name0",
    ):
        assert part in words_on_page


def test_a_record_shows_login_periods_roles_and_checklists(cast: Cast, browse: Browse) -> None:
    ada = browse(cast.ada)
    begin(cast.nora)
    page = page_text(ada, "/manage/people/nora-nominee/")
    assert "Never a member, as far as the portal knows." in page
    assert "<dt>Onboarding</dt>" in page
    assert "with a second factor" in page_text(ada, MEL)
    assert "without a second factor yet" in page_text(ada, "/manage/people/newt-nofactor/")
    leave(cast.mia)
    gone = page_text(ada, "/manage/people/mia-member/")
    assert "closed" in gone
    assert "<dt>Offboarding</dt>" in gone
    workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    assert "A lost laptop." in page_text(ada, MEL)


def test_somebody_from_before_the_portal_is_added_and_recorded(cast: Cast, browse: Browse) -> None:
    ada = browse(cast.ada)
    assert "Lou Lagoon is known to the portal now." in text(
        post(ada, "/manage/people/new/", name="Lou Lagoon", github="").content
    )
    lou = Person.objects.get(name="Lou Lagoon")
    path = reverse("people:add_membership", args=[lou.slug])
    said = {"since": "2009-01-01", "since_precision": "about", "ended": "emeritus", "authority": "an old mail"}
    page = text(post(ada, path, **said).content)
    assert "The membership is on record." in page
    assert "about 2009" in page
    assert "date unknown" in page
    assert "Lou Lagoon" in page_text(ada, "/members/")


def test_days_that_contradict_each_other_come_back_with_a_sentence(cast: Cast, browse: Browse) -> None:
    path = reverse("people:add_membership", args=["nora-nominee"])
    said = {"since": "2011-01-01", "until": "2010-01-01", "ended": "removed"}
    answer = browse(cast.ada).post(path, said)
    assert answer.status_code == 422
    assert "It would have ended before it began." in text(answer.content)
    assert 'value="2011-01-01"' in answer.content.decode()


def test_better_days_are_written_for_a_running_membership_without_an_end(cast: Cast, browse: Browse) -> None:
    ada, membership = browse(cast.ada), Membership.objects.get(person=cast.mel)
    path = reverse("people:correct_membership", args=[membership.pk])
    assert 'name="until"' not in page_text(ada, path)
    assert 'value="2020-01-01"' in page_text(ada, path)
    post(ada, path, since="2015-03-01", since_precision="month", until="2016-01-01")
    membership.refresh_from_db()
    assert (membership.since, membership.since_precision, membership.until) == (date(2015, 3, 1), "month", None)
    ended = reverse("people:correct_membership", args=[Membership.objects.get(person=cast.emil).pk])
    assert 'name="until"' in page_text(ada, ended)


def test_a_role_is_recorded_and_ended_and_never_an_admins(cast: Cast, browse: Browse) -> None:
    ada, path = browse(cast.ada), reverse("people:add_role", args=["mel-member"])
    assert 'value="admin"' not in page_text(ada, path)
    assert ada.post(path, {"kind": "admin", "authority": "me"}).status_code == 422
    post(ada, path, kind="release_manager", since="2026-05-01", authority="https://peps.python.org/pep-0790/")
    role = Role.objects.get(person=cast.mel)
    assert "peps.python.org/pep-0790/" in page_text(ada, "/members/mel-member/")
    assert "holds this role already" in text(ada.post(path, {"kind": "release_manager", "authority": "x"}).content)
    end = reverse("people:end_role", args=[role.pk])
    assert "The role ends today" in page_text(ada, end)
    assert "The role has ended." in text(post(ada, end, authority="a mail").content)
    over = {"kind": "triager", "is_over": "on", "authority": "an old mail"}
    post(ada, path, **over)
    assert Role.objects.get(kind=RoleKind.TRIAGER).ended_on_unknown_day
    admins = reverse("people:end_role", args=[Role.objects.get(person=cast.abel).pk])
    assert "by a recorded decision" in text(ada.post(admins, {"authority": "me"}).content)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": "", "github": "mel"}, "This field is required."),
        ({"name": "Mel", "github": "mel_"}, "A GitHub name has 1 to 39 letters, digits and hyphens"),
        ({"name": "Mel", "github": "MIA"}, "MIA is on record as the GitHub name of Mia Member. Correct that first."),
        ({"name": "M" * 201, "github": ""}, "longer than 200 characters"),
        ({"name": "Mel\u202ereversed", "github": ""}, "It has a character that nobody sees"),
    ],
)
def test_a_record_that_cannot_be_is_refused_beside_its_field(
    cast: Cast, browse: Browse, said: dict[str, str], sentence: str
) -> None:
    answer = browse(cast.ada).post(reverse("people:correct", args=["mel-member"]), said)
    assert (answer.status_code, sentence in text(answer.content)) == (422, True)
    cast.mel.refresh_from_db()
    assert cast.mel.name == "Mel Member"


def test_a_correction_shows_and_keeps_the_earlier_github_name(cast: Cast, browse: Browse) -> None:
    ada, path = browse(cast.ada), reverse("people:correct", args=["mel-member"])
    assert 'value="mel"' in page_text(ada, path)
    page = text(post(ada, path, name="Mel Member", github="melb").content)
    assert "The record is corrected." in page
    assert "<dd>mel</dd>" in page


def test_a_person_being_onboarded_and_a_removed_one_are_called_so(cast: Cast, browse: Browse) -> None:
    begin(cast.nora)
    Membership.objects.filter(person=cast.emil).update(ended="removed")
    rows = browse(cast.ada).get("/manage/people/").context["rows"]
    labels = {row.person.github: row.label for row in rows}
    assert (labels["nora"], labels["emil"]) == ("On the way in", "Removed")
    assert browse(cast.ada).get("/manage/people/nora-nominee/").context["status"].label == "On the way in"


@pytest.mark.parametrize(
    ("slug", "offered"),
    [
        ("mel-member", ["Correct name or GitHub name", "Suspend", "Reset the login", "Offboard", DEATH]),
        ("ada-admin", ["Correct name or GitHub name"]),
        ("mia-member", ["Correct name or GitHub name", "Offboard", DEATH]),
        ("emil-emeritus", ["Correct name or GitHub name", "Reset the login", DEATH]),
    ],
)
def test_suspending_and_offboarding_are_offered_for_other_members_who_have_access(
    cast: Cast, browse: Browse, slug: str, offered: list[str]
) -> None:
    workflow.suspend(cast.mia, "A lost laptop.", by=act_as(cast.ada))
    page = browse(cast.ada).get(f"/manage/people/{slug}/").content.decode()
    actions = page.split("What you can do</h2>")[1].split("</ul>")[0]
    assert re.findall(r'<a href="[^"]+">([^<]+)</a>', actions) == offered


def test_a_record_offers_only_what_its_reader_may_do(cast: Cast, browse: Browse) -> None:
    def offered(slug: str) -> list[str]:
        page = browse(cast.ada).get(f"/manage/people/{slug}/").content.decode()
        return [label for label in ("Correct the days", "Record a role", "End it") if label in page]

    assert offered("ada-admin") == []
    assert offered("abel-admin") == ["Correct the days", "Record a role"]
    assert offered("rita-release") == ["Correct the days", "Record a role", "End it"]
    assert offered("sam-steering") == ["Record a role"]
