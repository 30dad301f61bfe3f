"""The form on which a member proposes somebody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from audit import clock
from members.boarding.workflow import begin_onboarding, cancel_onboarding
from members.people.models import MembershipBegan, Person
from nominations import workflow
from nominations.models import Category, Interest, Nomination, Phase
from tests.cast import Browse, Cast, act_as
from tests.factories import make_member, make_person
from tests.nominations import factories
from web.conflicts import Conflict
from web.dates import day_in_words, moment_in_words
from web.validity import HIDDEN

PROPOSE = "/nominations/propose/"
REST = {"category": "core", "statement": "Because.", "recorded_email": "n@example.net"}
NEWCOMER = {
    "way": "new",
    "name": "Nick New",
    "github": "nick-new",
    "email": "n@example.net",
    "category": "triager",
    "statement": "He *triages*.",
}


def post(browse: Browse, by: Person, **data: str) -> Any:
    return browse(by).post(PROPOSE, data)


def errors(response: Any) -> dict[str, list[str]]:
    """The errors of each field; the page must be a 422 that keeps what was typed."""
    assert response.status_code == 422
    form = response.context["form"]
    for name, typed in form.data.items():
        assert form[name].value() == typed
    return dict(form.errors)


def test_only_members_get_the_form(cast: Cast, browse: Browse) -> None:
    people = [cast.mel, cast.sara, cast.sam, cast.emil, cast.olga]
    assert [browse(person).get(PROPOSE).status_code for person in people] == [200, 200, 403, 403, 403]
    assert [post(browse, person, **NEWCOMER).status_code for person in people[2:]] == [403, 403, 403]
    assert not Nomination.objects.exists()


def test_the_page_says_what_happens_then_with_the_real_numbers(cast: Cast, browse: Browse) -> None:
    page = browse(cast.mel).get(PROPOSE).content.decode()
    assert "takes 7 days" in page
    assert "has 7 days for a veto" in page


def test_the_list_offers_whom_one_may_propose(cast: Cast, browse: Browse) -> None:
    factories.make(Phase.PROPOSED, cast)
    factories.make(Phase.WITHDRAWN, cast, cast.sam)
    offered = browse(cast.mia).get(PROPOSE).context["form"].fields["person"].queryset
    assert set(offered) == {cast.sam, cast.emil, cast.olga}


def test_somebody_known_is_proposed(cast: Cast, browse: Browse) -> None:
    response = post(browse, cast.mel, person=str(cast.nora.pk), **REST)
    nomination = Nomination.objects.get()
    assert response["Location"] == nomination.get_absolute_url()
    assert (nomination.nominee, nomination.nominator, nomination.category) == (cast.nora, cast.mel, Category.CORE)


def test_a_newcomer_is_proposed_by_name_and_github_name(cast: Cast, browse: Browse) -> None:
    post(browse, cast.mel, **{**NEWCOMER, "name": "  Nick   New ", "github": "@nick-new"})
    nominee = Nomination.objects.get().nominee
    assert (nominee.name, nominee.github) == ("Nick New", "nick-new")


def test_a_second_click_ends_on_the_nomination_that_the_first_has_made(cast: Cast, browse: Browse) -> None:
    client = browse(cast.mel)
    for data in [
        {**NEWCOMER, "github": "@nick-new"},
        {**REST, "person": str(cast.nora.pk), "interest_kind": "employer"},
    ]:
        answers = [client.post(PROPOSE, data) for _ in range(3)]
        page = Nomination.objects.latest("proposed_at").get_absolute_url()
        assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, page)] * 3
    said = [str(message) for message in client.get(page).context["messages"]]
    assert said == [f"You have nominated {name}, who is asked by mail." for name in ("Nick New", "Nora Nominee")]
    assert Nomination.objects.count() == 2
    assert Person.objects.filter(name="Nick New").count() == 1
    assert Interest.objects.count() == 1


def test_what_is_no_second_click_is_refused_as_ever(cast: Cast, browse: Browse) -> None:
    """Another member, other words, another person, and the same page much later."""
    data = {**REST, "person": str(cast.nora.pk)}
    browse(cast.mel).post(PROPOSE, data)
    nomination = Nomination.objects.get()
    assert post(browse, cast.mia, **data).status_code == 422
    assert post(browse, cast.mel, **{**data, "statement": "Other words."}).status_code == 422
    assert post(browse, cast.mel, **{**data, "person": "rubbish"}).status_code == 422
    with clock.pretend(nomination.proposed_at + timedelta(minutes=11)):
        assert post(browse, cast.mel, **data).status_code == 422
    workflow.withdraw(nomination, by=act_as(cast.mel))
    assert post(browse, cast.mel, **data).status_code == 302
    assert Nomination.objects.count() == 2


# -- who is offered, and who is not ------------------------------------------------------------------------


def not_offered(browse: Browse, by: Person) -> list[str]:
    """What the page says of those who cannot be nominated; none of them is in the list or can be sent."""
    page = browse(by).get(PROPOSE)
    offered = {person.name for person in page.context["form"].fields["person"].queryset}
    said: list[str] = page.context["waiting"]
    assert not [name for name in offered if any(sentence.startswith(name) for sentence in said)]
    return said


def test_who_waits_is_not_offered_and_the_page_says_why_and_until_when(
    cast: Cast, browse: Browse, settings: Settings
) -> None:
    settings.RENOMINATION_WAIT_DAYS = 90
    failed = factories.make(Phase.FAILED, cast, cast.emil)
    vetoed = factories.make(Phase.VETOED, cast, make_person("Vito Vetoed", github=""))
    factories.make(Phase.JOINED, cast)
    factories.make(Phase.OPEN, cast, cast.olga)
    factories.make(Phase.WITHDRAWN, cast, make_person("Wanda Withdrawn", github=""))
    wait = timedelta(days=90)
    ends = [nomination.ended_at for nomination in (failed, vetoed) if nomination.ended_at]
    refused = [
        f"{name} was not accepted on {day_in_words(end)}. "
        f"They can be nominated again from {moment_in_words(end + wait)}."
        for name, end in zip(("Emil Emeritus", "Vito Vetoed"), ends, strict=True)
    ]
    assert set(not_offered(browse, cast.mia)) == {
        *refused,
        "Nora Nominee has been accepted already, and the onboarding is under way.",
        "Olga Outsider has an open nomination already.",
    }
    with clock.pretend(max(ends) + wait):
        assert len(not_offered(browse, cast.mia)) == 2


def test_somebody_accepted_and_in_onboarding_is_not_nominated_again(cast: Cast, browse: Browse) -> None:
    joined = factories.make(Phase.JOINED, cast)
    refused = errors(post(browse, cast.mel, person=str(cast.nora.pk), **REST))
    assert list(refused) == ["person"]
    sentence = "Nora Nominee has been accepted already, and the onboarding is under way."
    with pytest.raises(Conflict, match=sentence):
        factories.ask(cast.nora, cast.mel)
    assert joined.onboarding is not None
    cancel_onboarding(joined.onboarding, "She changed her mind.", by=act_as(cast.ada))
    assert factories.ask(cast.nora, cast.mel).nominee == cast.nora


def test_no_vote_opens_on_somebody_whom_a_decision_has_let_in_meanwhile(cast: Cast) -> None:
    nomination = factories.make(Phase.PROPOSED, cast)
    ada = act_as(cast.ada)
    begin_onboarding(cast.nora, began=MembershipBegan.DECISION, authority="a decision", by=ada, at=clock.now())
    with pytest.raises(Conflict, match="Nora Nominee has been accepted already; the nominator can withdraw"):
        workflow.open_vote(nomination, by=act_as(cast.ada))


def test_the_page_takes_as_many_queries_for_one_who_waits_as_for_many(cast: Cast, browse: Browse) -> None:
    client = browse(cast.mel)
    counts = []
    for number in (1, 5):
        for _ in range(number):
            factories.make(Phase.PROPOSED, cast, make_person(f"Number{uuid4().hex} Nominee", github=""))
        with CaptureQueriesContext(connection) as captured:
            client.get(PROPOSE)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_an_empty_form_says_what_is_missing(cast: Cast, browse: Browse) -> None:
    both = {
        "category": ["Choose where this person comes from."],
        "statement": ["Say why: this is what the members decide on."],
    }
    assert errors(post(browse, cast.mel, way="recorded")) == {
        "person": ["Choose somebody, or choose “Somebody new” above."],
        **both,
    }
    assert errors(post(browse, cast.mel, way="new")) == {
        "name": ["Write their name."],
        "github": ["Write the GitHub name as well."],
        "email": ["Write an address: they have to be asked."],
        **both,
    }
    unasked = errors(post(browse, cast.mel, **{**REST, "person": str(cast.nora.pk), "recorded_email": ""}))
    assert unasked == {"recorded_email": ["Write an address: the portal knows none, and they have to be asked."]}


def test_only_the_fields_of_the_chosen_way_are_asked_for_and_looked_at(cast: Cast, browse: Browse) -> None:
    form = browse(cast.mel).get(PROPOSE).context["form"]
    assert form["way"].value() == "recorded"
    assert [[field.name for field in part.fields] for part in form.parts] == [
        ["person", "recorded_email"], ["name", "github", "email"], ["category", "statement"],
        ["interest_kind", "interest_text"],
    ]  # fmt: skip
    optional = [field.name for field in form if not field.field.required]
    assert optional == ["recorded_email", "interest_kind", "interest_text"]
    wrong = {"name": "=x", "github": "-x", "email": "nothing", "recorded_email": "nothing"}
    right = {"way": "recorded", "person": str(cast.nora.pk), "recorded_email": "n@example.net"}
    post(browse, cast.mel, **{**REST, **wrong, **right})
    post(browse, cast.mel, **{**NEWCOMER, "person": "rubbish", "recorded_email": "nothing"})
    assert {nomination.nominee.name for nomination in Nomination.objects.all()} == {"Nora Nominee", "Nick New"}


@pytest.mark.parametrize("who", ["mel", "mia", "taken"])
def test_an_id_that_is_not_in_the_list_is_refused_on_its_field(cast: Cast, browse: Browse, who: str) -> None:
    if who == "taken":
        factories.make(Phase.PROPOSED, cast)
    person = cast.nora if who == "taken" else getattr(cast, who)
    refused = errors(post(browse, cast.mel, person=str(person.pk), **REST))
    sentence = "This person cannot be nominated: choose somebody from the list."
    assert {name: [error[: len(sentence)] for error in found] for name, found in refused.items()} == {
        "person": [sentence]
    }


@pytest.mark.parametrize("rubbish", ["0", "x", "00000000-0000-0000-0000-000000000000", "'; DROP TABLE"])
def test_an_id_that_is_nobodys_is_refused_on_its_field(cast: Cast, browse: Browse, rubbish: str) -> None:
    refused = errors(post(browse, cast.mel, person=rubbish, **REST))
    assert list(refused) == ["person"]


def test_known_github_names_lead_to_the_right_answer(cast: Cast, browse: Browse) -> None:
    factories.make(Phase.PROPOSED, cast, cast.olga)
    sentences = {
        "MEL": "You cannot nominate yourself.",
        "mia": "Mia Member is a member already.",
        "olga": "Olga Outsider has an open nomination already.",
        "nora": "This is the GitHub name of Nora Nominee: choose “Somebody the portal knows”, and Nora Nominee.",
    }
    for github, sentence in sentences.items():
        assert errors(post(browse, cast.mel, **{**NEWCOMER, "github": github})) == {"github": [sentence]}


@pytest.mark.parametrize("name", ["=cmd()", "@Nick", "Nick\u202eNew"])
def test_an_invalid_name_is_refused_on_its_field(cast: Cast, browse: Browse, name: str) -> None:
    response = post(browse, cast.mel, **{**NEWCOMER, "name": name})
    formula = f"A name does not begin with {name[0]}: a spreadsheet would take it for a formula."
    assert errors(response) == {"name": [HIDDEN if "\u202e" in name else formula]}


@pytest.mark.parametrize("github", ["x_", "a b", "ü", "a/b", "<script>", "x" * 40])
def test_an_invalid_github_name_is_refused_on_its_field(cast: Cast, browse: Browse, github: str) -> None:
    assert list(errors(post(browse, cast.mel, **{**NEWCOMER, "github": github}))) == ["github"]


@pytest.mark.parametrize(
    ("field", "typed"), [("name", "x" * 201), ("statement", "x" * 10_001), ("category", "friend"), ("statement", "  ")]
)
def test_too_long_empty_or_unknown_is_refused_on_its_field(cast: Cast, browse: Browse, field: str, typed: str) -> None:
    refused = post(browse, cast.mel, **{**NEWCOMER, field: typed})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, [field])
    assert not Nomination.objects.exists()
    assert not Person.objects.filter(name="Nick New").exists()


def test_a_character_that_no_field_can_hold_is_refused_before_the_form(cast: Cast, browse: Browse) -> None:
    assert post(browse, cast.mel, **{**NEWCOMER, "statement": "nul \0 byte"}).status_code == 400
    assert not Nomination.objects.exists()


def test_a_nominee_who_becomes_a_member_meanwhile_is_refused(cast: Cast, browse: Browse) -> None:
    newcomer = make_member("Gil Github", github="gil")
    response = post(browse, cast.mel, **{**NEWCOMER, "github": newcomer.github})
    assert errors(response) == {"github": ["Gil Github is a member already."]}


def test_markdown_is_shown_and_raw_html_is_not(cast: Cast, browse: Browse) -> None:
    post(browse, cast.mel, **{**NEWCOMER, "statement": "**bold** <script>alert(1)</script>"})
    page = browse(cast.mia).get(Nomination.objects.get().get_absolute_url()).content.decode()
    assert "<strong>bold</strong>" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("phase", [Phase.CONSENT, Phase.OPEN, Phase.FAILED, Phase.JOINED])
def test_another_github_name_makes_no_second_nomination_of_one_person(cast: Cast, browse: Browse, phase: Phase) -> None:
    factories.make(phase, cast)
    typed = {"way": "new", "name": cast.nora.name, "github": "nora-again", "email": "x@example.net"}
    answer = browse(cast.mia).post("/nominations/propose/", {**typed, "category": "core", "statement": "Words."})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])
    assert "Choose “Somebody the portal knows” above." in answer.context["form"].errors["name"][0]
    assert (Nomination.objects.count(), answer.context["form"]["statement"].value()) == (1, "Words.")
