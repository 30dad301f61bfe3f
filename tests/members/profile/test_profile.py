"""The profile page: what people say of themselves, what is recorded, their data, and leaving."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from audit import clock
from audit.log import record
from audit.models import Event
from members.accounts.events import AccountEvent
from members.boarding import workflow as boarding_workflow
from members.boarding.models import Checklist
from members.boarding.pages import newcomer
from members.people.events import PeopleEvent
from members.people.models import Membership, MembershipBegan, Person, Preferences, Role
from members.people.registry import OpenWork, answer_open_work
from members.profile import pages as pages_profile
from members.profile import workflow as profile_workflow
from members.profile.forms import time_zones
from members.profile.workflow import Profile
from tests.advisories import factories as reports
from tests.cast import Browse, Cast, act_as, sign_in
from tests.factories import give_login, give_second_factor
from tests.members.documents.pages import accept, current, publish
from web.conflicts import Conflict, NotAllowed

EDIT, LEAVE, EXPORT = "/profile/edit/", "/profile/leave/", "/profile/export.json"
DUTIES = "/profile/responsibilities/"
#: Queries of the page: session and reader; preferences, memberships, roles, sign-ins; five about activity;
#: a running checklist, the responsibilities, acceptances. For a newcomer also the steps with their channels and
#: their accounts.
MEMBERS_PROFILE, NEWCOMERS_PROFILE = 14, 16


def text(content: bytes) -> str:
    """A page's words with white space folded."""
    return " ".join(content.decode().split())


def typed(**fields: str) -> dict[str, str]:
    """A filled-in form."""
    return {"name": "Mel Member", "affiliation": "", "time_zone": "Europe/Berlin", **fields}


def preferences(person: Person) -> Preferences:
    return Preferences.objects.get(person=person)


@pytest.fixture
def nora(cast: Cast) -> Person:
    """On the way in, with a login."""
    at = clock.now()
    boarding_workflow.begin_onboarding(cast.nora, began=MembershipBegan.VOTE, authority="a vote", by=None, at=at)
    give_login(cast.nora)
    return cast.nora


# -- the page ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ada", "mel", "sam", "emil", "olga"])
def test_everybody_with_a_login_has_a_page_of_their_own(cast: Cast, browse: Browse, name: str) -> None:
    person: Person = getattr(cast, name)
    page = text(browse(person).get("/profile/").content)
    assert f"<dd>{person.name}</dd>" in page.replace("<dd> ", "<dd>").replace(" </dd>", "</dd>")
    others = [one.name for one in Person.objects.exclude(pk=person.pk) if one.name in page]
    assert others == []


def test_the_page_shows_what_is_recorded(cast: Cast, browse: Browse) -> None:
    accept(cast.ada)
    reports.coordinated(cast.ada)
    with clock.pretend(datetime(2026, 5, 4, 9, 30, tzinfo=UTC)):
        record(AccountEvent.SIGNED_IN, target=cast.ada.user, by=cast.ada)
    page = text(browse(cast.ada).get("/profile/").content)
    for part in (
        "1 January 2020",
        "an invented decision",
        "Version 1, <time",
        "4 May 2026, 09:30 UTC",
    ):
        assert part in page
    assert f'Last active on reports</dt><dd><time datetime="{clock.now().date()}">' in page


@pytest.mark.parametrize("rows", [1, 30])
def test_the_page_takes_as_many_queries_for_one_row_of_history_as_for_thirty(
    cast: Cast, nora: Person, browse: Browse, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    accept(cast.mel)
    for person in (cast.mel, nora):
        for number in range(rows):
            day = date(1980 + number, 1, 1)
            Membership.objects.create(person=person, began="record", ended="removed", since=day, until=day)
            Role.objects.create(person=person, kind="triager", since=day, until=day)
            record(AccountEvent.SIGNED_IN, target=person.user, by=person)
    member, newcomer_client = browse(cast.mel), browse(nora)
    with django_assert_num_queries(MEMBERS_PROFILE):
        page = member.get("/profile/")
    assert (len(page.context["memberships"]), len(page.context["roles"])) == (rows + 1, rows)
    with django_assert_num_queries(NEWCOMERS_PROFILE):
        assert "Onboarding: 1 of 4 steps done" in text(newcomer_client.get("/profile/").content)


def test_an_outsiders_page_offers_nothing_of_the_teams(cast: Cast, browse: Browse) -> None:
    page = text(browse(cast.olga).get("/profile/").content)
    assert "No membership and no role." in page
    found = [part for part in ("Responsibilities", "Leave the team", "assigned") if part in page]
    assert found == []


def test_a_page_shows_days_as_well_as_they_are_known(cast: Cast, browse: Browse) -> None:
    Membership.objects.filter(person=cast.emil).update(
        since=date(2009, 1, 1), since_precision="about", until=date(2019, 3, 1), until_precision="month"
    )
    Role.objects.create(person=cast.emil, kind="core_team", since=None, ended_on_unknown_day=True)
    Role.objects.create(
        person=cast.emil, kind="triager", since=date(2011, 5, 1), since_precision="month",
        until=date(2016, 1, 1), until_precision="year",
    )  # fmt: skip
    page = text(browse(cast.emil).get("/profile/").content)
    cells = re.findall(r'data-label="(?:From|Until)">(.*?)</td>', page)
    days = [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells]
    assert days == ["about 2009", "March 2019", "May 2011", "2016", "date unknown", "date unknown"]


# -- changing it ---------------------------------------------------------------------------------------------


@pytest.mark.rule("CORE-02")
def test_a_member_changes_everything_and_only_names_of_fields_are_recorded(cast: Cast, browse: Browse) -> None:
    away = (clock.now() + timedelta(days=9)).date()
    answer = browse(cast.mel).post(
        EDIT,
        typed(
            name="  Melanie   Member ", affiliation="Lorem Ltd", affiliation_public="on", away_until=away.isoformat(),
            may_be_assigned="on",
        ),
        follow=True,
    )  # fmt: skip
    assert "Your profile is saved." in text(answer.content)
    cast.mel.refresh_from_db()
    assert (cast.mel.name, cast.mel.affiliation, cast.mel.affiliation_public) == ("Melanie Member", "Lorem Ltd", True)
    chosen = preferences(cast.mel)
    assert (chosen.time_zone, chosen.away_until, chosen.may_be_assigned) == ("Europe/Berlin", away, True)
    event = Event.objects.get(kind=PeopleEvent.RENAMED)
    assert event.data == {
        "fields": [
            "name", "affiliation", "affiliation_public", "time_zone", "away_until", "may_be_assigned",
        ]
    }  # fmt: skip
    assert "Melanie Member" in Client().get("/members/mel-member/").content.decode()


def test_a_saved_profile_fills_the_form_and_saving_it_changes_nothing(cast: Cast, browse: Browse) -> None:
    client = browse(cast.mel)
    filled = typed(affiliation="Lorem Ltd", may_be_assigned="on")
    client.post(EDIT, filled)
    form = client.get(EDIT).context["form"]
    assert {name: form[name].value() for name in filled} == {**filled, "may_be_assigned": True}
    assert "Nothing was changed." in text(client.post(EDIT, filled, follow=True).content)
    assert Event.objects.filter(kind=AccountEvent.PREFERENCES_CHANGED).count() == 1
    client.post(EDIT, typed(affiliation="Lorem Ltd"))
    assert preferences(cast.mel).may_be_assigned is False


def test_assignment_is_off_by_default(db: None) -> None:
    assert (Preferences().may_be_assigned, Preferences().time_zone) == (False, "UTC")


@pytest.mark.parametrize(
    ("fields", "field", "complaint"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"name": "M" * 201}, "name", "longer than 200 characters"),
        ({"name": "=HYPERLINK(1)"}, "name", "A name does not begin with ="),
        ({"name": "Mel\u202eMember"}, "name", "It has a character that nobody sees"),
        ({"affiliation": "L" * 201}, "affiliation", "at most 200 characters"),
        ({"time_zone": ""}, "time_zone", "This field is required."),
        ({"time_zone": "Moon/Base"}, "time_zone", "Select a valid choice."),
        ({"time_zone": "../etc/passwd"}, "time_zone", "Select a valid choice."),
        ({"away_until": "tomorrow"}, "away_until", "Write the day as year-month-day"),
        ({"away_until": "2020-01-01"}, "away_until", "This day is over."),
    ],
)
def test_a_faulty_profile_names_its_field_and_changes_nothing(
    cast: Cast, browse: Browse, fields: dict[str, str], field: str, complaint: str
) -> None:
    response = browse(cast.mel).post(EDIT, typed(**fields))
    assert response.status_code == 422
    assert complaint in " ".join(response.context["form"].errors[field])
    assert (Preferences.objects.count(), Event.objects.count()) == (0, 0)


def test_people_who_are_not_members_are_asked_for_nothing_that_concerns_the_team(cast: Cast, browse: Browse) -> None:
    asked = {
        name: set(browse(getattr(cast, name)).get(EDIT).context["form"].fields) for name in ("olga", "emil", "sam")
    }
    about = {"name", "affiliation", "affiliation_public", "time_zone"}
    assert asked == {"olga": about, "emil": about, "sam": about}
    browse(cast.olga).post(EDIT, typed(name="Olga O", may_be_assigned="on"))
    chosen = preferences(cast.olga)
    assert (chosen.may_be_assigned, chosen.time_zone) == (False, "Europe/Berlin")


def test_a_browsers_zone_is_preset_until_somebody_has_saved_their_preferences(cast: Cast, browse: Browse) -> None:
    marked = 'data-time-zone="preset"'
    mel = browse(cast.mel)
    assert marked in mel.get("/profile/edit/").content.decode()
    Preferences.objects.create(person=cast.mel, time_zone="America/Indianapolis")
    page = mel.get("/profile/edit/")
    assert marked not in page.content.decode()
    assert page.context["form"]["time_zone"].value() == "America/Indiana/Indianapolis"


def test_every_time_zone_on_offer_is_one(db: None) -> None:
    offered = ["UTC", *(name for _, names in time_zones()[1:] for name, _ in names)]
    assert len(offered) > 400
    assert len(set(offered)) == len(offered)
    assert [ZoneInfo(name).key for name in offered] == offered


def test_an_anonymous_actor_has_no_profile(db: None) -> None:
    profile = Profile(name="N", affiliation="", affiliation_public=False, time_zone="UTC")
    with pytest.raises(NotAllowed):
        profile_workflow.change_profile(profile, by=act_as(None))
    with pytest.raises(NotAllowed):
        pages_profile.contents(act_as(None), clock.now())


# -- responsibilities -----------------------------------------------------------------------------------------


def test_a_member_reads_and_accepts_with_one_button(cast: Cast, browse: Browse) -> None:
    client = browse(cast.mel)
    assert "Keep the embargo." in text(client.get(DUTIES).content)
    answer = client.post(DUTIES, {"version": "1"}, follow=True)
    assert "You have accepted version 1 of the responsibilities." in text(answer.content)
    page = text(client.get(DUTIES).content)
    assert ("You accepted it" in page, "I take this on" in page) == (True, False)
    assert [one.version.number for one in cast.mel.acceptances.all()] == [1]


def test_after_an_earlier_version_the_differences_are_shown(cast: Cast, browse: Browse) -> None:
    accept(cast.mel)
    publish(cast.ada)
    page = text(browse(cast.mel).get(DUTIES).content)
    assert "What differs from version 1, which you accepted" in page
    assert "<ins>- Waters the plants.</ins>" in page
    assert "Version 2 waits for you; you have accepted version 1." in text(browse(cast.mel).get("/profile/").content)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("1", "A newer version of the responsibilities was published meanwhile."),
        ("", "Press the button below the text."),
        ("3", "Press the button below the text."),
        ("x", "Press the button below the text."),
        ("9" * 40, "Press the button below the text."),
        ("²", "Press the button below the text."),
    ],
)
def test_only_the_version_that_was_read_can_be_accepted_and_only_while_it_holds(
    cast: Cast, browse: Browse, number: str, sentence: str
) -> None:
    publish(cast.ada)
    answer = browse(cast.mel).post(DUTIES, {"version": number}, follow=True)
    assert sentence in text(answer.content)
    assert cast.mel.acceptances.count() == 0


def test_only_members_and_people_being_onboarded_are_asked_to_accept_the_responsibilities(
    cast: Cast, nora: Person, browse: Browse
) -> None:
    people = [cast.mel, nora, cast.sam, cast.emil, cast.olga]
    assert [browse(person).get(DUTIES).status_code for person in people] == [200, 200, 403, 403, 403]
    assert [browse(person).post(DUTIES, {"version": "1"}).status_code for person in people] == [302, 302, 403, 403, 403]


# -- on the way in ----------------------------------------------------------------------------------------------


def read_steps(person: Person, browse: Browse) -> list[tuple[str, str]]:
    [section] = browse(person).get("/profile/").context["sections"]["start"]
    return [(step.label, step.state) for step in section.context["newcomer"].steps]


def test_a_person_being_onboarded_sees_each_missing_step(nora: Person, browse: Browse) -> None:
    login, duties = "A login with a second factor", "The responsibilities, read and accepted"
    last = ("An admin completes it", "todo")
    assert read_steps(nora, browse) == [
        (login, "done"), (duties, "current"), ("Accounts and channels: 0 of 3", "todo"), last,
    ]  # fmt: skip
    browse(nora).post(DUTIES, {"version": str(current().number)})
    outside = Checklist.objects.onboardings().get(person=nora).steps.exclude(channel__kind="login")
    outside.filter(channel__kind="github").update(done_at=clock.now())
    assert read_steps(nora, browse) == [
        (login, "done"), (duties, "done"), ("Accounts and channels: 1 of 3", "todo"), last,
    ]  # fmt: skip
    page = text(browse(nora).get("/profile/").content)
    assert "Waiting for an admin: Mailing list, Chat." in page
    outside.update(done_at=clock.now())
    assert read_steps(nora, browse)[2] == ("Accounts and channels: 3 of 3", "done")


def test_without_a_second_factor_that_comes_first(cast: Cast) -> None:
    at = clock.now()
    onboarding = boarding_workflow.begin_onboarding(
        cast.nora, began=MembershipBegan.VOTE, authority="a vote", by=None, at=at
    )
    user = give_login(cast.nora, second_factor=False)
    onboarding.steps.exclude(channel__kind="login").delete()
    assert [
        step.state for step in newcomer.steps(onboarding, onboarding.steps.select_related("channel"), clock.now())
    ] == ["current", "todo", "todo"]
    give_second_factor(user)
    assert [
        step.state for step in newcomer.steps(onboarding, onboarding.steps.select_related("channel"), clock.now())
    ] == ["done", "current", "todo"]


# -- leaving ------------------------------------------------------------------------------------------------------


def test_leaving_makes_emeritus_and_ends_every_session(cast: Cast, browse: Browse) -> None:
    client, other = browse(cast.mel), browse(cast.mel)
    assert "You become emeritus today." in text(client.get(LEAVE).content)
    answer = client.post(LEAVE, {"reason": "A new job."})
    assert (answer.status_code, answer["Location"]) == (302, "/profile/goodbye/")
    assert "Thank you" in text(client.get("/profile/goodbye/").content)
    assert [one.get("/profile/").status_code for one in (client, other)] == [302, 302]
    offboarding = Checklist.objects.offboardings().get()
    assert (offboarding.person, offboarding.reason, offboarding.ending) == (cast.mel, "A new job.", "emeritus")
    assert Session.objects.count() == 0


def test_one_of_the_last_two_admins_cannot_leave(cast: Cast, browse: Browse) -> None:
    client = browse(cast.ada)
    for answer, status in ((client.get(LEAVE), 200), (client.post(LEAVE, {"reason": ""}), 409)):
        page = text(answer.content)
        assert (answer.status_code, "Without Ada Admin there would be fewer than 2 admins." in page) == (status, True)
        assert "<textarea" not in page
    Role.objects.create(person=cast.mia, kind="admin", since=date(2020, 1, 1))
    assert "With it ends your role as an admin." in text(client.get(LEAVE).content)
    assert client.post(LEAVE, {"reason": ""}).status_code == 302


def test_the_page_lists_what_is_to_hand_over(cast: Cast, browse: Browse) -> None:
    works = [OpenWork("PSRT-2099-1", "open for 3 days", "/reports/x/", "/reports/x/hand-over/")]
    answer_open_work(lambda pk: works if pk == cast.mia.pk else [])
    page = text(browse(cast.mia).get(LEAVE).content)
    assert ("You are responsible for 1 open report." in page, "/reports/x/hand-over/" in page) == (True, True)
    assert "You are responsible for no open report" in text(browse(cast.mel).get(LEAVE).content)


def test_only_a_member_can_leave(cast: Cast, browse: Browse) -> None:
    people = [cast.sam, cast.emil, cast.olga]
    assert [browse(person).get(LEAVE).status_code for person in people] == [403] * 3
    assert [browse(person).post(LEAVE).status_code for person in people] == [403] * 3


def test_too_long_a_reason_is_refused_and_kept(cast: Cast, browse: Browse) -> None:
    response = browse(cast.mel).post(LEAVE, {"reason": "x" * 2001})
    assert (response.status_code, "x" * 2001 in response.content.decode()) == (422, True)
    assert Checklist.objects.offboardings().count() == 0


def test_a_council_member_who_leaves_the_team_can_sign_in_again(cast: Cast, browse: Browse) -> None:
    client = browse(cast.sara)
    assert "for the Steering Council you can sign in again" in text(client.get(LEAVE).content)
    client.post(LEAVE, {"reason": ""})
    assert client.get("/dashboard/").status_code == 302
    cast.sara.user.refresh_from_db()
    assert cast.sara.user.is_active
    assert sign_in(Client(), cast.sara).get("/dashboard/").status_code == 200


def test_the_verb_takes_no_name_that_the_form_would_refuse(cast: Cast) -> None:
    profile = Profile(name="=Mel", affiliation="", affiliation_public=False, time_zone="UTC")
    with pytest.raises(Conflict, match=r"^A name does not begin with ="):
        profile_workflow.change_profile(profile, by=act_as(cast.mel))
    cast.mel.refresh_from_db()
    assert cast.mel.name == "Mel Member"
