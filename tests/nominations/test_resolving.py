"""Decisions of the Steering Council on people: their effect, their limits, their pages."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from audit import clock
from audit.models import Event
from audit.verify import differences
from members.models import Membership, Onboarding, Person, Role, RoleKind
from members.policy import Conflict, NotAllowed
from members.tally import CouncilTally
from nominations.events import NominationEvent
from nominations.models import Resolution, ResolutionKind
from nominations.policy import Action, check_resolve, general
from tests.cast import Browse, Cast, act_as
from tests.factories import complete, give_login, give_roles, make_emeritus, make_member
from tests.nominations.council import LINK, NOT_CARRIED, resolve
from tests.nominations.factories import recorded
from tests.nominations.test_races import at_once, done
from tests.nominations.test_views import sentences, text

LIST = "/nominations/council/"
FORM = "/nominations/council/record/"
DESIGNATE, RELEASE = ResolutionKind.DESIGNATE_ADMIN, ResolutionKind.RELEASE_ADMIN
REMOVE, RETURN = ResolutionKind.REMOVE_MEMBER, ResolutionKind.RETURN_MEMBER


@pytest.fixture
def third_admin(cast: Cast) -> Person:
    """With Ada and Abel one more than has to be."""
    give_roles(cast.mia, RoleKind.ADMIN)
    return cast.mia


# -- who ---------------------------------------------------------------------------------------------


def test_only_the_council_records_and_members_read(cast: Cast) -> None:
    listed = {Action.LIST, Action.SEE_RULES, Action.LIST_RESOLUTIONS}
    assert general(act_as(cast.sam)) == listed | {Action.RESOLVE}
    assert general(act_as(cast.sara)) == listed | {Action.RESOLVE, Action.PROPOSE}
    assert general(act_as(cast.ada)) == listed | {Action.PROPOSE}
    assert general(act_as(cast.emil)) == general(act_as(cast.olga)) == general(act_as(None)) == frozenset()


def test_recording_is_refused_to_everybody_else(cast: Cast) -> None:
    for person in [cast.ada, cast.mel, cast.rita, cast.emil, cast.olga]:
        with pytest.raises(NotAllowed):
            resolve(DESIGNATE, cast.mia, by=person)
    assert Resolution.objects.count() == 0


def test_whom_it_concerns_leaves_it_to_another(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        resolve(DESIGNATE, cast.sara, by=cast.sara)
    with pytest.raises(NotAllowed):
        check_resolve(act_as(None), cast.sara)
    assert check_resolve(act_as(cast.sam), cast.sara) == cast.sam
    resolve(DESIGNATE, cast.sara, by=cast.sam)
    assert act_as(cast.sara).is_admin


# -- what --------------------------------------------------------------------------------------------


def test_a_designation_makes_an_admin(cast: Cast) -> None:
    events = recorded(lambda: resolve(DESIGNATE, cast.mel, by=cast.sam))
    assert act_as(cast.mel).is_admin
    assert Role.objects.get(person=cast.mel).authority == LINK
    person = str(cast.mel.pk)
    assert [kind for kind, *_ in events] == ["role:began", "resolution:recorded"]
    assert events[1][1:] == (str(cast.sam.pk), {"person": person, "resolved": "designate_admin", "carries": True})


def test_a_release_leaves_a_member(cast: Cast, third_admin: Person) -> None:
    events = recorded(lambda: resolve(RELEASE, third_admin, by=cast.sam))
    assert (act_as(third_admin).is_admin, act_as(third_admin).is_member) == (False, True)
    assert [kind for kind, *_ in events] == ["role:ended", "resolution:recorded"]


def test_a_removal_ends_the_membership_and_the_admins_role(cast: Cast, third_admin: Person) -> None:
    events = recorded(lambda: resolve(REMOVE, third_admin, by=cast.sam))
    assert (act_as(third_admin).is_admin, act_as(third_admin).is_member) == (False, False)
    membership = Membership.objects.get(person=third_admin)
    assert (membership.until, membership.ended) == (clock.now().date(), "removed")
    assert [kind for kind, *_ in events] == ["membership:ended", "offboarding:began", "resolution:recorded"]


def test_a_return_brings_an_emeritus_on_the_way_in(cast: Cast, settings: Settings) -> None:
    settings.RETURN_BY_DECISION = True
    events = recorded(lambda: resolve(RETURN, cast.emil, by=cast.sam))
    assert not act_as(cast.emil).is_member
    onboarding = Onboarding.objects.get(person=cast.emil)
    assert (onboarding.began, onboarding.authority) == ("decision", LINK)
    assert [kind for kind, *_ in events] == ["onboarding:began", "resolution:recorded"]
    complete(onboarding, by=cast.ada)
    assert act_as(cast.emil).is_member


@pytest.mark.parametrize("counts", [(2, 2, 1), (0, 0, 5), (1, 4, 0), (0, 0, 0)])
def test_what_does_not_carry_is_kept_and_changes_nothing(cast: Cast, counts: tuple[int, int, int]) -> None:
    before = act_as(cast.mel)
    for kind in [DESIGNATE, REMOVE]:
        events = recorded(partial(resolve, kind, cast.mel, by=cast.sam, tally=CouncilTally(*counts)))
        assert [(event, data["carries"]) for event, _, data in events] == [("resolution:recorded", False)]
    assert act_as(cast.mel) == before
    assert [one.carries for one in Resolution.objects.all()] == [False, False]


@pytest.mark.parametrize("counts", [(1, 0, 4), (3, 2, 0), (2, 1, 2)])
def test_abstentions_do_not_count(cast: Cast, counts: tuple[int, int, int]) -> None:
    assert resolve(DESIGNATE, cast.mel, by=cast.sam, tally=CouncilTally(*counts)).carries


# -- what not ----------------------------------------------------------------------------------------


def test_a_decision_has_to_fit_what_the_person_is(cast: Cast, settings: Settings) -> None:
    settings.RETURN_BY_DECISION = True
    for kind, person, sentence in [
        (DESIGNATE, cast.emil, "Emil Emeritus is not a member"),
        (DESIGNATE, cast.ada, "Ada Admin is an admin already"),
        (RELEASE, cast.mel, "Mel Member is not an admin"),
        (REMOVE, cast.olga, "Olga Outsider is not a member"),
        (RETURN, cast.mel, "Mel Member is not emeritus"),
        (RETURN, cast.olga, "Olga Outsider is not emeritus"),
    ]:
        with pytest.raises(Conflict, match=sentence):
            resolve(kind, person, by=cast.sam)
    assert Event.objects.filter(kind=NominationEvent.RESOLUTION_RECORDED).count() == 0


def test_without_the_setting_an_emeritus_needs_a_new_vote(cast: Cast) -> None:
    with pytest.raises(Conflict, match="comes back by a new vote of the members"):
        resolve(RETURN, cast.emil, by=cast.sam)
    assert not act_as(cast.emil).is_member


@pytest.mark.parametrize("kind", [RELEASE, REMOVE])
def test_two_admins_are_always_left(cast: Cast, kind: ResolutionKind) -> None:
    with pytest.raises(Conflict, match="Without Ada Admin there would be fewer than 2 admins"):
        resolve(kind, cast.ada, by=cast.sam)
    assert act_as(cast.ada).is_admin
    assert Resolution.objects.count() == 0
    resolve(kind, cast.ada, by=cast.sam, tally=NOT_CARRIED)
    resolve(DESIGNATE, cast.mel, by=cast.sam)
    resolve(kind, cast.ada, by=cast.sam, link="https://example.org/council/8")
    assert not act_as(cast.ada).is_admin


def test_a_day_to_come_is_refused_and_today_is_not(cast: Cast) -> None:
    today = clock.now().date()
    with pytest.raises(Conflict, match="still to come"):
        resolve(DESIGNATE, cast.mel, by=cast.sam, decided_on=today + timedelta(days=1))
    assert resolve(DESIGNATE, cast.mel, by=cast.sam, decided_on=today).decided_on == today


def test_one_decision_is_recorded_once(cast: Cast) -> None:
    resolve(REMOVE, cast.mel, by=cast.sam, tally=NOT_CARRIED)
    with pytest.raises(Conflict, match="recorded already"):
        resolve(REMOVE, cast.mel, by=cast.sara, tally=NOT_CARRIED)
    resolve(REMOVE, cast.mel, by=cast.sam, link="https://example.org/council/8")
    assert Resolution.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"kind": "crown"}, "a_resolution_is_of_one_of_four_kinds"),
        ({"link": ""}, "a_resolution_says_where_it_is_written"),
        ({"against": -1}, "against"),
    ],
)
def test_the_database_refuses_what_no_decision_is(cast: Cast, changes: dict[str, Any], constraint: str) -> None:
    resolution = resolve(DESIGNATE, cast.mel, by=cast.sam)
    with pytest.raises(IntegrityError, match=constraint):
        Resolution.objects.filter(pk=resolution.pk).update(**changes)


def test_the_database_refuses_a_decision_on_oneself(cast: Cast) -> None:
    resolution = resolve(DESIGNATE, cast.mel, by=cast.sam)
    assert str(resolution) == "Designate an admin: Mel Member"
    with pytest.raises(IntegrityError, match="nobody_records_a_resolution_on_themselves"):
        Resolution.objects.filter(pk=resolution.pk).update(person=cast.sam)


# -- at once -----------------------------------------------------------------------------------------


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kinds", [(RELEASE, RELEASE, RELEASE), (REMOVE, RELEASE, REMOVE)])
def test_endings_at_once_leave_two_admins(cast: Cast, third_admin: Person, kinds: tuple[ResolutionKind, ...]) -> None:
    admins = [cast.ada, cast.abel, third_admin]
    acts = [partial(resolve, kind, person, by=cast.sam) for kind, person in zip(kinds, admins, strict=True)]
    answers = at_once(acts)
    assert (len(done(answers)), sum(act_as(person).is_admin for person in admins)) == (1, 2)
    assert Resolution.objects.count() == 1
    assert list(differences([])) == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_council_members_who_decide_on_each_other_at_once_do_not_wait_forever(cast: Cast) -> None:
    give_roles(cast.mel, RoleKind.STEERING_COUNCIL)
    pairs = [(cast.sara, cast.mel), (cast.mel, cast.sara)] * 4
    acts = [
        partial(resolve, REMOVE, person, by=by, tally=NOT_CARRIED, link=f"{LINK}/{number}")
        for number, (person, by) in enumerate(pairs)
    ]
    assert len(done(at_once(acts))) == len(acts)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_one_decision_posted_sixteen_times_at_once_is_recorded_once(cast: Cast, browse: Browse) -> None:
    clients = [browse(cast.sam) for _ in range(16)]
    answers = at_once([partial(client.post, FORM, typed(cast.mel)) for client in clients])
    assert sorted(answer.status_code for answer in done(answers)) == [302, *[422] * 15]
    assert (Resolution.objects.count(), Role.objects.filter(person=cast.mel).count()) == (1, 1)


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
    resolve(REMOVE, cast.mel, by=cast.sam, tally=NOT_CARRIED, decided_on=clock.now().date())
    page = browse(cast.mel).get(LIST)
    assert [effect for _, effect in page.context["rows"]] == [
        "It did not carry; nothing changed.",
        "Emil Emeritus came back to the team.",
        "Rita Release left the team.",
        "Mia Member stopped being an admin.",
        "Mel Member became an admin.",
    ]
    words = text(page)
    for part in ["3 in favour, 1 against, 1 abstained", "Not carried", f'href="{LINK}"', "<strong>much</strong>"]:
        assert part in words


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
    """What a council member types when the decision has carried."""
    return {
        "kind": what.value,
        "person": str(concerned.pk),
        "decided_on": clock.now().date().isoformat(),
        "link": LINK,
        "in_favour": "4",
        "against": "0",
        "abstained": "1",
        "reason": "",
    }


def test_a_decision_is_recorded_and_the_page_says_what_it_did(cast: Cast, browse: Browse) -> None:
    client = browse(cast.sam)
    answer = client.post(FORM, typed(cast.mel))
    assert answer["Location"] == LIST
    assert sentences(client, answer) == ["The decision is recorded. Mel Member became an admin."]
    answer = client.post(FORM, typed(cast.mia, REMOVE) | {"in_favour": "0"})
    assert sentences(client, answer) == ["The decision is recorded. It did not carry; nothing changed."]
    assert act_as(cast.mia).is_member


def test_the_form_is_for_the_council_with_a_fresh_factor(cast: Cast, browse: Browse) -> None:
    for person in [cast.ada, cast.mel, cast.emil]:
        client = browse(person)
        assert (client.get(FORM).status_code, client.post(FORM, typed(cast.mia)).status_code) == (403, 403)
    stale = browse(cast.sam, fresh=False)
    assert stale.post(FORM, typed(cast.mel))["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert Resolution.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"kind": ""}, "kind", "Choose what the Steering Council decided on."),
        ({"person": ""}, "person", "Choose whom the decision is about."),
        ({"decided_on": "yesterday"}, "decided_on", "Write the day as year-month-day, such as 2026-11-22."),
        ({"decided_on": "2999-01-01"}, "decided_on", "This day is still to come."),
        ({"link": "javascript:alert(1)"}, "link", "Write a link that begins with https://."),
        ({"link": "ftp://example.org/x"}, "link", "Write a link that begins with https://."),
        ({"in_favour": ""}, "in_favour", "Write how many; nobody is 0."),
        ({"against": "-1"}, "against", "Ensure this value is greater than or equal to 0."),
        ({"abstained": "x"}, "abstained", "Enter a whole number."),
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
    assert answer.context["form"].errors == {field: [sentence]}
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
    answer = client.post(FORM, typed(cast.emil, RETURN))
    assert sentences(client, answer) == ["The decision is recorded. Emil Emeritus came back to the team."]


def test_nothing_but_the_roles_is_public(cast: Cast, browse: Browse) -> None:
    person = make_member("Pia Public")
    give_login(person)
    make_emeritus("Otto Other")
    resolve(REMOVE, person, by=cast.sam, reason="Never shown outside.")
    stranger = browse(None)
    for path in ["/members/", "/members/roster.json", "/members/otto-other/"]:
        page = stranger.get(path)
        assert "Never shown outside" not in page.content.decode()
        assert LINK not in page.content.decode()
    assert "Pia Public" not in stranger.get("/members/").content.decode()
