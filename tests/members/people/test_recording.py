"""History from before the portal: memberships that are over, roles, better days, other names."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from audit import clock
from audit.models import Event
from members.boarding import workflow as boarding_workflow
from members.people import workflow as people_workflow
from members.people.models import Membership, MembershipEnded, Person, Precision, Role, RoleKind, Span
from tests.cast import Cast, act_as
from tests.factories import LONG_AGO
from web.conflicts import Conflict, NotAllowed

ABOUT_2009 = Span(date(2009, 1, 1), Precision.ABOUT, date(2011, 5, 1), Precision.MONTH)


def record(cast: Cast, person: Person, span: Span, **more: Any) -> Membership:
    said = {"ended": MembershipEnded.EMERITUS, "authority": "an old mail", "end_authority": "", "by": act_as(cast.ada)}
    return people_workflow.record_membership(person, span, **{**said, **more})


def test_a_membership_from_before_the_portal_is_written_down(cast: Cast) -> None:
    membership = record(cast, cast.nora, ABOUT_2009)
    assert (membership.since, membership.since_precision) == (date(2009, 1, 1), "about")
    assert (membership.until, membership.until_precision, membership.ended) == (date(2011, 5, 1), "month", "emeritus")
    assert (membership.began, membership.recorded_on) == ("record", clock.now().date())
    assert cast.nora in Person.objects.emeritus(clock.now().date())
    assert not act_as(cast.nora).is_member
    assert Event.objects.get().data == {"person": str(cast.nora.pk), "ended": "emeritus"}


def test_days_that_nobody_knows_count_from_the_day_of_the_record(cast: Cast) -> None:
    membership = record(cast, cast.nora, Span())
    today = clock.now().date()
    assert (membership.since, membership.until, membership.ended_on_unknown_day) == (None, None, True)
    found = [cast.nora in Person.objects.emeritus(day) for day in (today, today - timedelta(days=1))]
    assert found == [True, False]
    assert [membership.is_over(day) for day in (today, today - timedelta(days=1))] == [True, False]


@pytest.mark.parametrize(
    ("span", "sentence"),
    [
        (Span(date(2011, 1, 1), until=date(2010, 1, 1)), "ended before it began"),
        (Span(date(2999, 1, 1)), "in the future"),
        (Span(until=date(2999, 1, 1)), "in the future"),
        (Span(date(2010, 1, 1), until=date(2021, 1, 1)), "Another membership"),
    ],
)
def test_days_that_contradict_something_are_refused(cast: Cast, span: Span, sentence: str) -> None:
    with pytest.raises(Conflict, match=sentence):
        record(cast, cast.emil, span)
    assert Membership.objects.filter(person=cast.emil).count() == 1


def test_an_earlier_membership_stands_beside_the_running_one(cast: Cast) -> None:
    record(cast, cast.mel, Span(date(2001, 1, 1), until=date(2003, 1, 1)))
    assert Membership.objects.filter(person=cast.mel).count() == 2
    assert act_as(cast.mel).is_member


def test_better_days_for_a_running_membership_change_nothing_else(cast: Cast) -> None:
    membership = Membership.objects.get(person=cast.mel)
    span = Span(date(2015, 1, 1), Precision.YEAR)
    corrected = people_workflow.correct_membership(membership, span, authority="an old mail", by=act_as(cast.ada))
    assert (corrected.since, corrected.since_precision, corrected.ended) == (date(2015, 1, 1), "year", "")
    assert act_as(cast.mel).is_member
    changed = ["since", "since_precision", "recorded_on", "authority"]
    assert Event.objects.get().data == {"person": str(cast.mel.pk), "fields": changed}


def test_a_running_membership_is_not_ended_by_a_correction(cast: Cast) -> None:
    membership = Membership.objects.get(person=cast.mel)
    span = Span(LONG_AGO, until=date(2021, 1, 1))
    with pytest.raises(Conflict, match="ends by an offboarding"):
        people_workflow.correct_membership(membership, span, authority="", by=act_as(cast.ada))
    assert act_as(cast.mel).is_member


def test_an_ended_membership_stays_ended_when_its_last_day_turns_out_to_be_unknown(cast: Cast) -> None:
    membership = Membership.objects.get(person=cast.emil)
    corrected = people_workflow.correct_membership(membership, Span(), authority="", by=act_as(cast.ada))
    assert (corrected.ended, corrected.ended_on_unknown_day) == ("emeritus", True)
    assert not act_as(cast.emil).is_member


def test_a_correction_must_not_run_into_another_membership(cast: Cast) -> None:
    earlier = record(cast, cast.mel, Span(date(2001, 1, 1), until=date(2003, 1, 1)))
    with pytest.raises(Conflict, match="Another membership"):
        people_workflow.correct_membership(
            earlier, Span(date(2001, 1, 1), until=date(2021, 1, 1)), authority="", by=act_as(cast.ada)
        )


# -- roles ---------------------------------------------------------------------------------------------


def test_a_role_is_recorded_with_its_authority_and_ends(cast: Cast) -> None:
    pep = "https://peps.python.org/pep-0745/"
    span = Span(date(2024, 5, 1))
    role = people_workflow.record_role(cast.mel, RoleKind.RELEASE_MANAGER, span, authority=pep, by=act_as(cast.ada))
    assert (role.since, role.public_source) == (date(2024, 5, 1), pep)
    assert RoleKind.RELEASE_MANAGER in act_as(cast.mel).roles
    people_workflow.finish_role(role, authority="a mail", by=act_as(cast.ada))
    role.refresh_from_db()
    assert (role.until, role.end_authority) == (clock.now().date(), "a mail")
    assert RoleKind.RELEASE_MANAGER not in act_as(cast.mel).roles


def role_of(person: Person) -> Role:
    return Role.objects.get(person=person)


def test_a_period_that_is_over_is_not_ended_in_the_place_of_the_one_that_runs(cast: Cast) -> None:
    over = role_of(cast.rita)
    people_workflow.finish_role(over, authority="a mail", by=act_as(cast.ada))
    Role.objects.filter(pk=over.pk).update(since=date(2020, 1, 1), until=date(2021, 1, 1))
    again = people_workflow.record_role(
        cast.rita, RoleKind.RELEASE_MANAGER, Span(date(2022, 1, 1)), authority="a PEP", by=act_as(cast.ada)
    )
    with pytest.raises(Conflict, match="over already"):
        people_workflow.finish_role(over, authority="a stale page", by=act_as(cast.ada))
    assert again.covers(clock.now().date())
    assert RoleKind.RELEASE_MANAGER in act_as(cast.rita).roles


def test_an_authority_that_is_not_a_pep_is_not_published(cast: Cast) -> None:
    assert Role.objects.get(person=cast.rita).public_source == ""


def test_admin_roles_cannot_be_recorded_or_ended_by_an_admin(cast: Cast) -> None:
    with pytest.raises(Conflict, match="by a recorded decision"):
        people_workflow.record_role(cast.mel, RoleKind.ADMIN, Span(), authority="me", by=act_as(cast.ada))
    with pytest.raises(Conflict, match="by a recorded decision"):
        people_workflow.finish_role(role_of(cast.abel), authority="me", by=act_as(cast.ada))
    assert (act_as(cast.mel).is_admin, act_as(cast.abel).is_admin) == (False, True)


def test_no_admin_seats_or_unseats_the_council(cast: Cast) -> None:
    with pytest.raises(Conflict, match="recorded on the server"):
        people_workflow.record_role(cast.mel, RoleKind.STEERING_COUNCIL, Span(), authority="me", by=act_as(cast.ada))
    with pytest.raises(Conflict, match="recorded on the server"):
        people_workflow.finish_role(role_of(cast.sam), authority="me", by=act_as(cast.ada))
    assert (act_as(cast.mel).is_steering, act_as(cast.sam).is_steering) == (False, True)


def test_an_admin_records_nothing_of_themselves(cast: Cast) -> None:
    membership, ada = Membership.objects.get(person=cast.ada), act_as(cast.ada)
    with pytest.raises(NotAllowed):
        record(cast, cast.ada, ABOUT_2009)
    with pytest.raises(NotAllowed):
        people_workflow.correct_membership(membership, Span(), authority="", by=ada)
    with pytest.raises(NotAllowed):
        people_workflow.record_role(cast.ada, RoleKind.TRIAGER, Span(), authority="x", by=ada)
    with pytest.raises(NotAllowed):
        boarding_workflow.offboard(cast.ada, authority="my own mail", reason="", by=ada)


def test_recording_ones_own_periods_and_roles_is_refused(cast: Cast) -> None:
    ada, own = act_as(cast.ada), Membership.objects.get(person=cast.ada)
    with pytest.raises(NotAllowed):
        people_workflow.record_role(cast.ada, RoleKind.RELEASE_MANAGER, Span(), authority="me", by=ada)
    with pytest.raises(NotAllowed):
        people_workflow.correct_membership(own, Span(), authority="", by=ada)


def test_a_role_is_held_once_at_a_time(cast: Cast) -> None:
    with pytest.raises(Conflict, match="Rita Release holds this role already"):
        people_workflow.record_role(cast.rita, RoleKind.RELEASE_MANAGER, Span(), authority="x", by=act_as(cast.ada))
    past = Span(date(2010, 1, 1), until=date(2012, 1, 1))
    people_workflow.record_role(cast.rita, RoleKind.RELEASE_MANAGER, past, authority="x", by=act_as(cast.ada))
    assert Role.objects.filter(person=cast.rita).count() == 2


# -- people --------------------------------------------------------------------------------------------


def test_an_earlier_github_name_is_kept_with_the_day_it_ended(cast: Cast) -> None:
    people_workflow.correct_person(cast.mel, name="Mel B. Member", github="melb", by=act_as(cast.ada))
    cast.mel.refresh_from_db()
    assert (cast.mel.name, cast.mel.github) == ("Mel B. Member", "melb")
    assert [(one.name, one.until) for one in cast.mel.former_github_names.all()] == [("mel", clock.now().date())]
    assert Event.objects.get().data == {"fields": ["name", "github"]}


def test_correcting_to_a_github_name_of_somebody_else_is_refused_whatever_its_case(cast: Cast) -> None:
    with pytest.raises(Conflict, match="MIA is on record as the GitHub name of Mia Member"):
        people_workflow.correct_person(cast.mel, name="Mel Member", github="MIA", by=act_as(cast.ada))
    with pytest.raises(Conflict, match="Correct that first"):
        people_workflow.rename_on_github(cast.mel, "Mia", by=cast.ada, at=clock.now())
    people_workflow.rename_on_github(cast.mel, "Mel", by=cast.ada, at=clock.now())
    assert [one.name for one in cast.mel.former_github_names.all()] == ["mel"]


def test_a_first_github_name_follows_no_other(cast: Cast) -> None:
    Person.objects.filter(pk=cast.nora.pk).update(github="")
    people_workflow.correct_person(cast.nora, name="Nora Nominee", github="nora-n", by=act_as(cast.ada))
    assert not cast.nora.former_github_names.exists()


@pytest.mark.rule("PEP811-32")
def test_only_admins_write_records(cast: Cast) -> None:
    membership, mel = Membership.objects.get(person=cast.mel), act_as(cast.mel)
    with pytest.raises(NotAllowed):
        record(cast, cast.nora, ABOUT_2009, by=mel)
    with pytest.raises(NotAllowed):
        people_workflow.correct_membership(membership, Span(), authority="", by=mel)
    with pytest.raises(NotAllowed):
        people_workflow.record_role(cast.nora, RoleKind.TRIAGER, Span(), authority="x", by=mel)
    with pytest.raises(NotAllowed):
        people_workflow.finish_role(role_of(cast.rita), authority="x", by=mel)
    with pytest.raises(NotAllowed):
        people_workflow.correct_person(cast.mia, name="Mia", github="", by=mel)
