"""The form on which a member proposes somebody."""

from __future__ import annotations

from typing import Any

import pytest

from members.people.models import Person
from nominations.models import Category, Nomination, Phase
from tests.cast import Browse, Cast
from tests.factories import make_member
from tests.nominations import factories
from web.validity import HIDDEN

PROPOSE = "/nominations/propose/"
REST = {"category": "core", "statement": "Because.", "email": "n@example.net"}
NEWCOMER = {**REST, "name": "Nick New", "github": "nick-new", "category": "triager", "statement": "He *triages*."}


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


def test_a_second_click_makes_no_second_nomination(cast: Cast, browse: Browse) -> None:
    client = browse(cast.mel)
    for data in [
        NEWCOMER,
        {**REST, "person": str(cast.nora.pk)},
    ]:
        assert client.post(PROPOSE, data).status_code == 302
        assert client.post(PROPOSE, data).status_code == 422
    assert Nomination.objects.count() == 2
    assert Person.objects.filter(name="Nick New").count() == 1


def test_an_empty_form_says_what_is_missing(cast: Cast, browse: Browse) -> None:
    assert errors(post(browse, cast.mel)) == {
        "name": ["Choose somebody from the list, or write a name."],
        "category": ["Choose where this person comes from."],
        "email": ["Write an address: the portal knows none, and they have to be asked."],
        "statement": ["Say why: this is what the members decide on."],
    }
    assert errors(post(browse, cast.mel, name="Nick New"))["github"] == ["Write the GitHub name as well."]


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
        "nora": "This is the GitHub name of Nora Nominee: choose Nora Nominee from the list.",
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


def test_the_list_and_a_name_together_are_refused(cast: Cast, browse: Browse) -> None:
    refused = errors(post(browse, cast.mel, **NEWCOMER, person=str(cast.nora.pk)))
    assert set(refused) == {"name", "github"}


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
