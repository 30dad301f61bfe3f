"""The pages of the Steering Council's decisions: the list and the form."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from audit import clock
from members.people.models import Person, Role, RoleKind
from nominations import workflow
from nominations.models import Resolution, ResolutionKind
from tests.cast import Browse, Cast, act_as
from tests.factories import give_login, give_roles, make_emeritus, make_member
from tests.nominations.council import LINK, NOT_CARRIED, record, resolve
from tests.nominations.test_races import at_once, done
from tests.nominations.test_views import sentences, text
from web.dates import day_in_words

LIST = "/nominations/council/"
FORM = "/nominations/council/record/"
DESIGNATE, RELEASE = ResolutionKind.DESIGNATE_ADMIN, ResolutionKind.RELEASE_ADMIN
REMOVE, RETURN = ResolutionKind.REMOVE_MEMBER, ResolutionKind.RETURN_MEMBER


@pytest.fixture
def third_admin(cast: Cast) -> Person:
    """With Ada and Abel one more than has to be."""
    give_roles(cast.mia, RoleKind.ADMIN)
    return cast.mia


# -- the list ----------------------------------------------------------------------------------------


def test_members_and_the_council_read_the_list_and_nobody_else(cast: Cast, browse: Browse) -> None:
    people = [cast.ada, cast.mel, cast.sara, cast.sam, cast.emil, cast.olga]
    assert [browse(person).get(LIST).status_code for person in people] == [200, 200, 200, 200, 403, 403]


def test_the_list_is_reached_from_the_nominations(cast: Cast, browse: Browse) -> None:
    for person in [cast.mel, cast.sam]:
        assert f'href="{LIST}"' in text(browse(person).get("/nominations/"))


def test_an_empty_list_says_what_will_be_there(cast: Cast, browse: Browse) -> None:
    assert "No decision is recorded yet" in text(browse(cast.mel).get(LIST))
    assert FORM not in text(browse(cast.mel).get(LIST))
    assert FORM in text(browse(cast.sam).get(LIST))


def test_a_row_says_who_what_the_tally_the_link_and_the_effect(
    cast: Cast, browse: Browse, settings: Settings, third_admin: Person
) -> None:
    settings.RETURN_BY_DECISION = True
    resolve(DESIGNATE, cast.mel, by=cast.sam, reason="Seen **much**.")
    resolve(RELEASE, third_admin, by=cast.sam)
    resolve(REMOVE, cast.rita, by=cast.sara)
    resolve(RETURN, cast.emil, by=cast.sam)
    record(REMOVE, cast.mel, by=cast.sam, tally=NOT_CARRIED, decided_on=clock.now().date())
    page = browse(cast.mel).get(LIST)
    assert [effect for _, effect, _ in page.context["rows"]] == [
        "It did not carry; nothing changed.",
        "Emil Emeritus can come back; the onboarding began.",
        "Rita Release left the team.",
        "Mia Member stopped being an admin.",
        "Mel Member became an admin.",
    ]
    page_text = text(page)
    for part in ["2 in favour, 0 against, 0 abstained", "Not carried", f'href="{LINK}"', "<strong>much</strong>"]:
        assert part in page_text


def test_a_removed_member_reads_none_of_it(cast: Cast, browse: Browse) -> None:
    client = browse(cast.mel)
    resolve(REMOVE, cast.mel, by=cast.sam)
    answers = [client.get(LIST), client.get("/nominations/")]
    assert [(answer.status_code, answer["Location"].partition("?")[0]) for answer in answers] == [
        (302, "/accounts/login/"),
        (302, "/accounts/login/"),
    ]


def test_the_list_is_paged_and_thirty_rows_cost_as_many_queries_as_one(cast: Cast, browse: Browse) -> None:
    client, counts = browse(cast.mel), []
    for more in (1, 30):
        for _ in range(more):
            number = Resolution.objects.count()
            resolve(REMOVE, cast.mia, by=cast.sam, tally=NOT_CARRIED, link=f"https://example.org/council/{number}")
        with CaptureQueriesContext(connection) as queries:
            rows = client.get(LIST).context["rows"]
        counts.append((len(rows), len(queries)))
    assert [rows for rows, _ in counts] == [1, 30]
    assert counts[1][1] - counts[0][1] <= 1
    assert len(client.get(LIST, {"page": "2"}).context["rows"]) == 1


# -- the form ----------------------------------------------------------------------------------------


def typed(concerned: Person, what: ResolutionKind = DESIGNATE) -> dict[str, str]:
    """The input of a council member when the decision has carried."""
    return {
        "kind": what.value,
        "person": str(concerned.pk),
        "decided_on": clock.now().date().isoformat(),
        "link": LINK,
        "in_favour": "2",
        "against": "0",
        "abstained": "0",
        "reason": "",
        "is_public": "on",
    }


def test_a_decision_is_recorded_and_the_page_says_what_it_waits_for(cast: Cast, browse: Browse) -> None:
    client = browse(cast.sam)
    answer = client.post(FORM, typed(cast.mel))
    resolution = Resolution.objects.get()
    assert answer["Location"] == f"{LIST}{resolution.pk}/"
    [sentence] = sentences(client, answer)
    assert sentence.startswith("The decision is recorded. Nothing has changed yet. It takes effect when a second")
    assert not act_as(cast.mel).is_admin
    answer = client.post(FORM, typed(cast.mia, REMOVE) | {"in_favour": "0", "abstained": "2"})
    assert sentences(client, answer) == ["The decision is recorded. It did not carry; nothing changed."]
    assert act_as(cast.mia).is_member


def test_a_link_fills_in_kind_and_person(cast: Cast, browse: Browse) -> None:
    suggested = {"kind": "remove_member", "person": str(cast.mel.pk)}
    client = browse(cast.sam)
    form = client.get(FORM, suggested).context["form"]
    preset = {"decided_on": clock.now().date().isoformat(), "is_public": "True"}
    assert {field.name: str(field.value()) for field in form if field.value()} == {**suggested, **preset}
    assert form.errors == {}
    assert browse(cast.ada).get(FORM, suggested).status_code == 403
    assert "person%3D" in browse(cast.sam, fresh=False).get(FORM, suggested)["Location"]
    # What is posted counts, and nothing of the address.
    answer = client.post(f"{FORM}?kind=remove_member&person={cast.mel.pk}", typed(cast.mia) | {"person": ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["person"])
    client.post(f"{FORM}?kind=remove_member&person={cast.mel.pk}", typed(cast.mia))
    resolution = Resolution.objects.get()
    assert (resolution.kind, resolution.person) == (DESIGNATE, cast.mia)


def test_a_link_fills_in_only_what_can_be_chosen(cast: Cast, browse: Browse) -> None:
    client, preset = browse(cast.sam), {"decided_on": clock.now().date()}
    give_roles(cast.mel, RoleKind.STEERING_COUNCIL)
    for kind in ("return_member", "destroy", ""):
        assert client.get(FORM, {"kind": kind}).context["form"].initial == preset
    for person in (cast.emil.pk, cast.olga.pk, uuid4(), "17", "x' or 1=1", ""):
        assert client.get(FORM, {"person": str(person)}).context["form"].initial == preset
    own = browse(cast.mel).get(FORM, {"kind": "remove_member", "person": str(cast.mel.pk)})
    assert own.context["form"].initial == {**preset, "kind": REMOVE.value}
    other = {"link": "https://example.net/", "in_favour": "5", "reason": "x", "decided_on": "2026-01-01"}
    assert client.get(FORM, other).context["form"].initial == preset


def test_the_form_is_for_the_council_with_a_fresh_factor(cast: Cast, browse: Browse) -> None:
    for person in [cast.ada, cast.mel, cast.emil]:
        client = browse(person)
        assert (client.get(FORM).status_code, client.post(FORM, typed(cast.mia)).status_code) == (403, 403)
    stale = browse(cast.sam, fresh=False)
    assert stale.get(FORM)["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert "Send it again" in stale.post(FORM, typed(cast.mel)).content.decode()
    assert Resolution.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"kind": ""}, "kind", "Choose what the Steering Council decided on."),
        ({"person": ""}, "person", "Choose whom the decision is about."),
        ({"decided_on": "yesterday"}, "decided_on", "Write the day as year-month-day, such as 2026-11-22."),
        ({"decided_on": "2999-01-01"}, "decided_on", "This day is still to come."),
        (
            {"link": "javascript:alert(1)"},
            "link",
            "Write a link that begins with https://, or say in words where it is written.",
        ),
        (
            {"link": "ftp://example.org/x"},
            "link",
            "Write a link that begins with https://, or say in words where it is written.",
        ),
        ({"in_favour": ""}, "in_favour", "Write how many; nobody is 0."),
        ({"against": "-1"}, "against", "Ensure this value is greater than or equal to 0."),
        ({"abstained": "x"}, "abstained", "Enter a whole number."),
        (
            {"in_favour": "3"},
            "in_favour",
            "In favour, against and abstained have to add up to the 2 seats filled on {today}; these are 3.",
        ),
        ({"kind": "release_admin"}, "person", "Mel Member is not an admin."),
        (
            {"kind": "return_member"},
            "kind",
            "Select a valid choice. return_member is not one of the available choices.",
        ),
    ],
)
def test_an_error_stands_at_its_field_and_keeps_what_was_typed(
    cast: Cast, browse: Browse, changes: dict[str, str], field: str, sentence: str
) -> None:
    answer = browse(cast.sam).post(FORM, typed(cast.mel) | {"reason": "Kept words"} | changes)
    assert answer.status_code == 422
    today = day_in_words(clock.now().date())
    assert answer.context["form"].errors == {field: [sentence.format(today=today)]}
    assert "Kept words" in text(answer)
    assert Resolution.objects.count() == 0


def test_the_last_two_admins_are_kept_by_the_form_as_well(cast: Cast, browse: Browse) -> None:
    answer = browse(cast.sam).post(FORM, typed(cast.ada, RELEASE))
    assert answer.status_code == 422
    [sentence] = answer.context["form"].errors["person"]
    assert sentence.endswith("The Steering Council designates another one first.")


def test_the_list_of_people_says_what_they_are_and_leaves_out_oneself(
    cast: Cast, browse: Browse, settings: Settings
) -> None:
    offered = "".join(str(browse(cast.sara).get(FORM).context["form"]["person"]))
    assert "Ada Admin (admin)" in offered
    assert "Mel Member (member)" in offered
    assert not any(name in offered for name in ["Sara", "Emil", "Olga", "Sam"])
    answer = browse(cast.sara).post(FORM, typed(cast.sara))
    assert answer.context["form"].errors == {"person": ["Choose somebody from the list; you yourself are not in it."]}
    settings.RETURN_BY_DECISION = True
    assert "Emil Emeritus (emeritus)" in str(browse(cast.sara).get(FORM).context["form"]["person"])


def test_coming_back_is_offered_only_where_the_rule_allows_it(cast: Cast, browse: Browse, settings: Settings) -> None:
    client = browse(cast.sam)
    page = text(client.get(FORM))
    assert "Let an emeritus come back" not in page
    assert "comes back by a new vote of the members" in page
    settings.RETURN_BY_DECISION = True
    page = text(client.get(FORM))
    assert "Let an emeritus come back" in page
    assert "comes back by a new vote" not in page
    client.post(FORM, typed(cast.emil, RETURN))
    assert Resolution.objects.get().person == cast.emil


def test_neither_the_decision_nor_how_a_membership_ended_is_public(cast: Cast, browse: Browse) -> None:
    person = make_member("Pia Public")
    give_login(person)
    make_emeritus("Otto Other")
    resolve(REMOVE, person, by=cast.sam, reason="Never shown outside.")
    stranger = browse(None)
    for path in ["/members/", "/members/roster.json", "/members/otto-other/"]:
        page = stranger.get(path)
        assert "Never shown outside" not in page.content.decode()
        assert LINK not in page.content.decode()
    team = stranger.get("/members/").content.decode()
    assert ("Pia Public" in team, "emoved" in team) == (True, False)  # a former member; how it ended is not public


@pytest.mark.server_versions
@pytest.mark.django_db(transaction=True)
def test_one_decision_posted_sixteen_times_at_once_is_recorded_once(cast: Cast, browse: Browse) -> None:
    clients = [browse(cast.sam) for _ in range(16)]
    answers = at_once([partial(client.post, FORM, typed(cast.mel)) for client in clients])
    assert sorted(answer.status_code for answer in done(answers)) == [302, *[422] * 15]
    assert (Resolution.objects.count(), Role.objects.filter(person=cast.mel).count()) == (1, 0)


# -- where it is written, and whether that is public -----------------------------------------------------

PLACE = "Mail of the council to the admins, 22 November 2026"


def sources(browse: Browse, person: Person) -> list[str | None]:
    """The sources of the roles of somebody, as the roster's JSON has them."""
    team = browse(None).get("/members/members.json").json()
    [entry] = [entry for entry in team["members"] if entry["name"] == person.name]
    return [role["source"] for role in entry["roles"] if role["role"] == "admin"]


@pytest.mark.rule("PEP13-06")
@pytest.mark.parametrize("is_public", [True, False])
@pytest.mark.parametrize("where", [LINK, PLACE, "<b>x</b> & y"])
def test_a_role_names_the_decision_it_rests_on_unless_the_council_says_no(
    cast: Cast, browse: Browse, is_public: bool, where: str
) -> None:
    said = typed(cast.mel) | {"link": where}
    if not is_public:
        del said["is_public"]
    assert browse(cast.sam).post(FORM, said).status_code == 302
    resolution = Resolution.objects.get()
    assert (resolution.link, resolution.is_public) == (where, is_public)
    workflow.confirm_resolution(resolution, by=act_as(cast.sara))
    assert sources(browse, cast.mel) == [where if is_public else None]
    page = text(browse(None).get(reverse("roster:person", args=[cast.mel.slug])))
    assert (f'href="{LINK}"' in page) is (is_public and where == LINK)
    assert (PLACE in page) is (is_public and where == PLACE)
    assert "<b>x</b>" not in page
    assert "Where it is written" not in page


@pytest.mark.rule("PEP13-06")
def test_how_a_membership_ended_is_never_public(cast: Cast, browse: Browse) -> None:
    browse(cast.sam).post(FORM, typed(cast.mel, REMOVE) | {"link": "https://example.org/council/removal"})
    resolution = Resolution.objects.get()
    assert not resolution.is_public
    workflow.confirm_resolution(resolution, by=act_as(cast.sara))
    public = [
        browse(None).get(path) for path in ("/members/", "/members/members.json", f"/members/people/{cast.mel.slug}/")
    ]
    assert [b"council/removal" in answer.content for answer in public] == [False, False, False]


@pytest.mark.rule("PEP13-07")
def test_a_delegated_act_names_the_delegation_as_its_authority(cast: Cast, browse: Browse) -> None:
    delegation = "Delegated to the admins' choice by the council, minutes of 1 March 2026"
    browse(cast.sam).post(FORM, typed(cast.mel) | {"link": delegation})
    workflow.confirm_resolution(Resolution.objects.get(), by=act_as(cast.sara))
    assert cast.mel.roles.get(kind=RoleKind.ADMIN).authority == delegation


@pytest.mark.parametrize(
    ("typed_in", "kept"),
    [
        ("example.org/council/7", "https://example.org/council/7"),
        ("https://example.org/council/7", "https://example.org/council/7"),
        ("  Minutes: item 4 ", "Minutes: item 4"),
        ("see mail", "see mail"),
    ],
)
def test_an_address_gets_its_scheme_and_words_stay(cast: Cast, browse: Browse, typed_in: str, kept: str) -> None:
    browse(cast.sam).post(FORM, typed(cast.mel) | {"link": typed_in})
    assert Resolution.objects.get().link == kept


@pytest.mark.parametrize(
    "bad", ["x", "data:text/html,x", "JavaScript:alert(1)", "http://", "https://exa mple", "mailto:a@b.org"]
)
def test_what_is_neither_an_address_nor_words_is_told_at_the_field(cast: Cast, browse: Browse, bad: str) -> None:
    answer = browse(cast.sam).post(FORM, typed(cast.mel) | {"link": bad})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["link"])
    assert (answer.context["form"]["link"].value(), Resolution.objects.count()) == (bad, 0)


def test_the_second_seat_reads_what_a_removal_sets_off_before_it_answers(cast: Cast, browse: Browse) -> None:
    resolution = record(REMOVE, cast.mel, by=cast.sam)
    url = reverse("nominations:answer_resolution", args=[resolution.pk])
    answer = browse(cast.sara).get(url)
    assert "Their access to the portal ends at once" in text(answer)
    assert answer.context["is_removal"]
    assert act_as(cast.mel).is_member
