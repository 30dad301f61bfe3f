"""Nobody takes the name of somebody on the team or the Steering Council."""

from __future__ import annotations

import pytest
from django.urls import reverse

from audit import clock
from audit.models import Event
from members.people import workflow
from members.people.events import PeopleEvent
from members.people.models import FormerGitHubName, Person
from members.people.queries.people import named, obstacle_to_name
from members.people.workflow.people import _require_new
from members.profile import workflow as profile_workflow
from members.profile.workflow import Profile
from notifications.models import Delivery
from tests.cast import Browse, Cast, act_as
from tests.notifications.mailroom import deliver
from web.conflicts import Conflict

pytestmark = pytest.mark.attack

EDIT = "/profile/edit/"
TAKEN = [
    *("Ada Admin", "ADA  ADMIN", "Adá Admin", "Аda Admin", "Ada-Admin", "Sam Steering", "Sara Steering", "Ada Adrnin"),
    *("ΑDΑ ΑDΜΙΝ", "ᴀᴅᴀ ᴀᴅᴍɪɴ", "Ꭺda Ꭺdmin"),
]
MIXED = ["Zoе Ipsum", "Zοe Ipsum", "Zoe ꓲpsum"]


def profile(name: str) -> dict[str, str]:
    return {"name": name, "affiliation": "", "time_zone": "UTC"}


@pytest.mark.parametrize("name", TAKEN)
def test_a_member_cannot_take_the_name_of_another(cast: Cast, browse: Browse, name: str) -> None:
    answer = browse(cast.mel).post(EDIT, profile(name))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["name"]
    assert answer.context["form"]["name"].value() == name
    cast.mel.refresh_from_db()
    assert (cast.mel.name, Event.objects.filter(kind=PeopleEvent.RENAMED).count()) == ("Mel Member", 0)


@pytest.mark.parametrize("name", MIXED)
def test_a_word_of_several_alphabets_is_no_name_for_anybody(cast: Cast, browse: Browse, name: str) -> None:
    answer = browse(cast.mel).post(EDIT, profile(name))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])
    answer = browse(cast.abel).post(reverse("people:add"), {"name": name, "github": ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])
    with pytest.raises(Conflict, match="several alphabets"):
        workflow.add_person(name, by=act_as(cast.mel))
    cast.mel.refresh_from_db()
    assert cast.mel.name == "Mel Member"


@pytest.mark.parametrize("name", ["Emil Emeritus", "Olga Outsider", "Nora Nominee", "Mel  Member", "mel member"])
def test_the_names_of_others_and_ones_own_are_free(cast: Cast, name: str) -> None:
    assert obstacle_to_name(name, clock.now().date(), besides=cast.mel) == ""


def test_a_name_without_a_letter_is_that_of_nobody(cast: Cast) -> None:
    Person.objects.filter(pk=cast.ada.pk).update(name="…")
    assert obstacle_to_name("!", clock.now().date()) == ""


def test_an_unchanged_name_is_kept_although_there_are_two(cast: Cast, browse: Browse) -> None:
    Person.objects.filter(pk=cast.mia.pk).update(name="Mel Member")
    assert browse(cast.mel).post(EDIT, {**profile("Mel Member"), "affiliation": "Lorem"}).status_code == 302
    path = reverse("people:correct", args=["mel-member"])
    assert browse(cast.abel).post(path, {"name": "Mel Member", "github": "m"}).status_code == 302


@pytest.mark.parametrize("name", TAKEN)
def test_nobody_is_added_under_the_name_of_a_member(cast: Cast, name: str) -> None:
    with pytest.raises(Conflict, match=r"is on the team or the Steering Council|letters of several alphabets"):
        workflow.add_person(name, by=act_as(cast.mel))
    assert workflow.add_person("Ada Admin", is_namesake=True, by=act_as(cast.abel)).slug == "ada-admin-2"
    assert Event.objects.get(kind=PeopleEvent.PERSON_ADDED).data == {"is_namesake": True}


@pytest.mark.parametrize("path", ["/members/invitations/new/", "/nominations/propose/"])
def test_a_name_that_is_taken_is_refused_on_its_field(cast: Cast, browse: Browse, path: str) -> None:
    people = Person.objects.count()
    answer = browse(cast.abel).post(path, {"name": "Ada Admin", "email": "x@example.net", "github": "x"})
    assert answer.status_code == 422
    assert "is on the team" in answer.context["form"].errors["name"][0]
    assert Person.objects.count() == people


def test_an_admin_adds_a_namesake_who_is_another_person_and_says_so(cast: Cast, browse: Browse) -> None:
    client, path = browse(cast.abel), reverse("people:add")
    assert "is_namesake" not in client.get(path).context["form"].fields
    answer = client.post(path, {"name": "Mel Member", "github": "other-mel"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])
    assert "is_namesake" in answer.context["form"].fields
    answer = client.post(path, {"name": "Mel Member", "github": "other-mel", "is_namesake": "on"})
    assert answer.status_code == 302
    assert Person.objects.filter(name="Mel Member").count() == 2


ON_RECORD = "is on record already, and this name is the same or looks like it."


@pytest.mark.parametrize("name", ["Emil Emeritus", "EMIL  EMERITUS", "Émil Emeritus", "Olga Outsider", "Nora Nominee"])
@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/manage/people/new/", {"github": "another-name"}),
        ("/manage/people/new/", {"github": ""}),
        ("/manage/bring-in/council/", {"github": ""}),
        ("/members/invitations/new/", {"email": "x@example.net"}),
        ("/nominations/propose/", {"github": "another-name", "email": "x@example.net", "category": "core"}),
    ],
)
def test_no_page_makes_a_second_person_of_somebody_on_record(
    cast: Cast, browse: Browse, name: str, path: str, typed: dict[str, str]
) -> None:
    people = Person.objects.count()
    answer = browse(cast.abel).post(path, {"name": name, "statement": "Yes.", **typed})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])
    assert ON_RECORD in answer.context["form"].errors["name"][0]
    assert answer.context["form"]["name"].value() == name
    with pytest.raises(Conflict, match=ON_RECORD):
        workflow.add_person(name, by=act_as(cast.abel))
    assert Person.objects.count() == people


def test_an_admin_says_that_somebody_on_record_is_another_person(cast: Cast, browse: Browse) -> None:
    typed = {"name": "Emil Emeritus", "github": "another-emil", "is_namesake": "on"}
    assert browse(cast.abel).post(reverse("people:add"), typed).status_code == 302
    assert Person.objects.filter(name="Emil Emeritus").count() == 2
    assert Event.objects.get(kind=PeopleEvent.PERSON_ADDED).data == {}


def test_a_correction_to_a_taken_name_needs_the_word_that_they_are_two(cast: Cast, browse: Browse) -> None:
    client, path = browse(cast.abel), reverse("people:correct", args=["olga-outsider"])
    assert client.post(path, {"name": "Mel Member", "github": ""}).status_code == 422
    assert client.post(path, {"name": "", "github": ""}).status_code == 422
    assert client.post(path, {"name": "Mel Member", "github": "", "is_namesake": "on"}).status_code == 302
    event = Event.objects.get(kind=PeopleEvent.RENAMED)
    assert (event.data["is_namesake"], "name" in event.data["fields"]) == (True, True)


def test_no_admin_says_of_themselves_that_they_are_two(cast: Cast, browse: Browse) -> None:
    typed = {"name": "Mel Member", "github": "ada", "is_namesake": "on"}
    answer = browse(cast.ada).post(reverse("people:correct", args=["ada-admin"]), typed)
    form = answer.context["form"]
    assert (answer.status_code, list(form.errors), "is_namesake" in form.fields) == (422, ["name"], False)
    with pytest.raises(Conflict, match="is on the team"):
        workflow.correct_person(cast.ada, name="Mel Member", github="ada", is_namesake=True, by=act_as(cast.ada))
    cast.ada.refresh_from_db()
    assert cast.ada.name == "Ada Admin"


def test_the_verbs_refuse_a_taken_name_without_the_forms(cast: Cast) -> None:
    with pytest.raises(Conflict, match="is on the team"):
        profile_workflow.change_profile(Profile("Ada Admin", "", False, "UTC"), by=act_as(cast.mel))
    with pytest.raises(Conflict, match="is on the team"):
        workflow.correct_person(cast.mel, name="Ada Admin", github="mel", by=act_as(cast.abel))


def test_admins_and_council_are_told_of_a_changed_name_in_a_neutral_mail(cast: Cast, browse: Browse) -> None:
    browse(cast.mel).post(EDIT, profile("Melanie Member"))
    sent = deliver()
    watchers = ["ada@example.org", "sam@example.org", "sara@example.org"]
    assert sorted(message.to[0] for message in sent) == ["abel@example.org", *watchers]
    assert not any("Mel" in str(message.message()) for message in sent)
    browse(cast.abel).post(reverse("people:correct", args=["mel-member"]), {"name": "Mel Member", "github": "mel"})
    assert sorted(message.to[0] for message in deliver()) == sorted([*watchers, "mel@example.org"])
    assert Delivery.objects.exists()


def test_a_correction_that_changes_nothing_tells_nobody(cast: Cast, browse: Browse) -> None:
    browse(cast.abel).post(reverse("people:correct", args=["mel-member"]), {"name": "Mel Member", "github": "mel"})
    assert (Event.objects.filter(kind=PeopleEvent.PERSON_CORRECTED).count(), deliver()) == (1, [])


# -- GitHub names that somebody gave up ---------------------------------------------------------------


@pytest.fixture
def given_up(cast: Cast) -> Person:
    """Mel, who was called `melly` on GitHub before."""
    FormerGitHubName.objects.create(person=cast.mel, name="melly", until=clock.now().date())
    return cast.mel


GIVEN_UP = "MELLY was the GitHub name of Mel Member, whose GitHub name is mel now."


def test_a_former_github_name_makes_no_second_person_without_a_word(given_up: Person, cast: Cast) -> None:
    with pytest.raises(Conflict, match=f"^{GIVEN_UP}$"):
        workflow.add_person("Nick New", github="MELLY")
    with pytest.raises(Conflict, match=f"^{GIVEN_UP}$"):
        workflow.correct_person(cast.olga, name="Olga Outsider", github="MELLY", by=act_as(cast.ada))
    assert workflow.add_person("Nick New", github="MELLY", is_namesake=True).github == "MELLY"
    assert workflow.correct_person(cast.mel, name="Mel Member", github="melly-m", by=act_as(cast.ada)).github


def test_the_person_themselves_may_have_a_former_name_again(given_up: Person, cast: Cast) -> None:
    assert workflow.correct_person(cast.mel, name="Mel Member", github="melly", by=act_as(cast.ada)).github == "melly"


def test_a_form_asks_whether_a_former_github_name_is_another_persons(
    given_up: Person, cast: Cast, browse: Browse
) -> None:
    client, path = browse(cast.abel), reverse("people:add")
    answer = client.post(path, {"name": "Nick New", "github": "MELLY"})
    assert (answer.status_code, answer.context["form"].errors) == (422, {"github": [GIVEN_UP]})
    assert "is_namesake" in answer.context["form"].fields
    assert client.post(path, {"name": "Nick New", "github": "MELLY", "is_namesake": "on"}).status_code == 302


def test_a_proposal_under_a_former_github_name_is_refused(given_up: Person, cast: Cast, browse: Browse) -> None:
    typed = {"name": "Nick New", "github": "MELLY", "email": "x@example.net", "category": "core", "statement": "Yes."}
    answer = browse(cast.mia).post("/nominations/propose/", typed)
    assert list(answer.context["form"].errors) == ["github"]
    assert answer.context["form"].errors["github"][0].startswith(GIVEN_UP)
    assert not Person.objects.filter(name="Nick New").exists()


def test_an_operator_is_told_who_had_a_former_github_name(given_up: Person) -> None:
    with pytest.raises(Conflict, match=f"^{GIVEN_UP}$"):
        named("MELLY")
    Person.objects.filter(pk=given_up.pk).update(github="")
    with pytest.raises(Conflict, match=r"^melly was the GitHub name of Mel Member, who has no GitHub name here now\.$"):
        named("melly")
    with pytest.raises(Conflict, match="Nobody is known as nobody"):
        named("nobody")
    assert named("mel-member") == given_up


@pytest.mark.parametrize(("github", "others"), [("sam", ", or sam for Sam Steering"), ("", "")])
def test_an_operator_is_asked_which_of_two_people_a_name_means(cast: Cast, github: str, others: str) -> None:
    Person.objects.filter(pk=cast.sam.pk).update(github=github)
    Person.objects.filter(pk=cast.mel.pk).update(github=cast.sam.slug)
    sentence = "sam-steering is the GitHub name of Mel Member and the slug of Sam Steering. "
    with pytest.raises(Conflict) as refused:
        named("sam-steering")
    assert str(refused.value) == f"{sentence}Give mel-member for Mel Member{others}."
    Person.objects.filter(pk=cast.mel.pk).update(github="")
    Person.objects.filter(pk=cast.sam.pk).update(github=cast.sam.slug.upper())
    assert named("sam-steering") == cast.sam


def test_a_slug_explains_the_refusal_of_a_constraint_only_if_it_is_taken(cast: Cast) -> None:
    _require_new("Nobody Yet", "", "nobody-yet")
    with pytest.raises(Conflict, match="Somebody else has just added Nobody Yet"):
        _require_new("Nobody Yet", "", cast.mel.slug)
