"""Silence lets a council decision take effect only if somebody could have spoken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from audit import clock
from members.accounts import workflow as accounts
from members.accounts.models import User
from members.boarding import workflow as boarding
from members.people.models import Role, RoleKind, Suspension
from members.people.tally import CouncilTally
from nominations import tasks, workflow
from nominations.models import Resolution, ResolutionKind, ResolutionPhase
from nominations.policy import OBJECTION_TIME
from nominations.queries import seats_able_to_object
from notifications import workflow as mail
from notifications.models import MailPause
from tests.cast import Browse, Cast, act_as
from tests.factories import give_login, give_roles
from tests.nominations.council import fill_seats, objected, record
from tests.nominations.test_views import text

pytestmark = pytest.mark.attack

DESIGNATE, RELEASE = ResolutionKind.DESIGNATE_ADMIN, ResolutionKind.RELEASE_ADMIN
REMOVE = ResolutionKind.REMOVE_MEMBER
NOBODY_ELSE = "No other council member could have objected the whole time, so silence is not enough."


def suspended(cast: Cast) -> None:
    Suspension.objects.create(person=cast.sara, reason="A lost laptop.", begun_at=clock.now(), begun_by=cast.ada)


def without_login(cast: Cast) -> None:
    accounts.access.lock_out(cast.sara.user)


def on_one_word(cast: Cast) -> None:
    User.objects.filter(person=cast.sara).update(is_unconfirmed=True)


def without_seat(cast: Cast) -> None:
    Role.objects.filter(person=cast.sara, kind=RoleKind.STEERING_COUNCIL).update(until=clock.now().date())


SILENCED = [suspended, without_login, on_one_word, without_seat]


def lapse(resolution: Resolution) -> Resolution:
    tasks.let_due_resolutions_lapse()
    return Resolution.objects.whole().get(pk=resolution.pk)


@pytest.mark.parametrize("silence", SILENCED)
def test_no_time_runs_while_no_other_seat_could_object(cast: Cast, silence: Callable[[Cast], None]) -> None:
    silence(cast)
    tally = CouncilTally(1, 0, 0) if silence is without_seat else CouncilTally(2, 0, 0)
    resolution = record(DESIGNATE, cast.mel, by=cast.sam, tally=tally, decided_on=clock.now().date())
    assert (resolution.due_at, resolution.obstacle, resolution.blocked_at) == (None, NOBODY_ELSE, None)
    with clock.pretend(clock.now() + 30 * OBJECTION_TIME):
        assert lapse(resolution).phase is ResolutionPhase.PENDING
    assert not act_as(cast.mel).is_admin


@pytest.mark.parametrize("silence", SILENCED)
def test_a_decision_waits_for_a_second_seat_when_nobody_else_can_object_any_more(
    cast: Cast, silence: Callable[[Cast], None]
) -> None:
    with clock.pretend(clock.now() - OBJECTION_TIME):
        resolution = record(DESIGNATE, cast.mel, by=cast.sam)
    assert resolution.due_at is not None
    silence(cast)
    resolution = lapse(resolution)
    assert (resolution.phase, resolution.obstacle) == (ResolutionPhase.BLOCKED, NOBODY_ELSE)
    assert not act_as(cast.mel).is_admin
    [seat, *_] = fill_seats()
    workflow.confirm_resolution(resolution, by=act_as(seat))
    assert act_as(cast.mel).is_admin


def test_who_was_suspended_for_a_part_of_the_day_could_not_object(cast: Cast) -> None:
    """Else the one who recorded it, an admin too, suspends the others until a minute before."""
    now = clock.now()
    with clock.pretend(now - OBJECTION_TIME):
        resolution = record(DESIGNATE, cast.mel, by=cast.sam)
        accounts.suspend(cast.sara, "Only for a while.", by=act_as(cast.ada))
    suspension = Suspension.objects.get()
    suspension.ended_at, suspension.ended_by = now - timedelta(minutes=1), cast.ada
    suspension.save()
    User.objects.filter(person=cast.sara).update(is_active=True)
    assert lapse(resolution).phase is ResolutionPhase.BLOCKED


def test_whose_death_was_recorded_for_a_part_of_the_day_could_not_object(cast: Cast) -> None:
    """The first word closes the login as a suspension does, and one person's undo opens it again as it was."""
    with clock.pretend(clock.now() - OBJECTION_TIME):
        resolution = record(DESIGNATE, cast.mel, by=cast.sam)
        memorial = boarding.record_death(cast.sara, "A call.", by=act_as(cast.ada))
    with clock.pretend(clock.now() - timedelta(minutes=1)):
        boarding.undo_death(memorial, "Another Sara.", by=act_as(cast.ada))
    assert lapse(resolution).phase is ResolutionPhase.BLOCKED


def test_a_suspension_that_was_over_before_the_record_silences_nobody(cast: Cast) -> None:
    suspended(cast)
    Suspension.objects.update(ended_at=clock.now(), ended_by=cast.ada)
    assert record(DESIGNATE, cast.mel, by=cast.sam).due_at is not None


def test_a_seat_that_began_meanwhile_did_not_have_the_whole_day(cast: Cast) -> None:
    with clock.pretend(clock.now() - OBJECTION_TIME):
        resolution = record(DESIGNATE, cast.mel, by=cast.sam)
    without_seat(cast)
    Role.objects.create(
        person=cast.mia, kind=RoleKind.STEERING_COUNCIL, since=clock.now().date(), authority="an election"
    )
    assert lapse(resolution).phase is ResolutionPhase.BLOCKED


def test_the_person_concerned_and_who_recorded_it_do_not_count(cast: Cast) -> None:
    assert record(DESIGNATE, cast.sara, by=cast.sam).due_at is None
    third, *_ = fill_seats()
    give_login(third)
    on_her = record(REMOVE, cast.sara, by=cast.sam, tally=CouncilTally(4, 0, 1))
    assert on_her.due_at == on_her.recorded_at + OBJECTION_TIME
    assert list(seats_able_to_object(on_her, clock.now())) == [third]


MAIL_PAUSED = "Mail was paused meanwhile, so not every council member was told in time, and silence is not enough."


def test_no_time_runs_from_a_record_while_mail_is_paused(cast: Cast) -> None:
    mail.pause("A restore.", operator="root")
    resolution = record(DESIGNATE, cast.mel, by=cast.sam)
    assert (resolution.due_at, resolution.obstacle) == (None, MAIL_PAUSED)


@pytest.mark.parametrize(("begun", "ended", "counts"), [(-3, -2, True), (-3, -0.5, False), (-0.5, None, False)])
def test_a_pause_of_the_mail_within_the_day_ends_what_silence_means(
    cast: Cast, begun: float, ended: float | None, counts: bool
) -> None:
    now = clock.now()
    MailPause.objects.create(
        begun_at=now + begun * OBJECTION_TIME,
        ended_at=None if ended is None else now + ended * OBJECTION_TIME,
        reason="A restore.",
    )
    with clock.pretend(now - OBJECTION_TIME):
        resolution = record(DESIGNATE, cast.mel, by=cast.sam)
    Resolution.objects.filter(pk=resolution.pk).update(due_at=now, obstacle="")
    resolution = lapse(resolution)
    assert (resolution.phase is ResolutionPhase.EFFECTIVE, resolution.obstacle) == (
        counts,
        "" if counts else MAIL_PAUSED,
    )


OBJECTED = "A council member has objected to such a decision before, so silence is not enough."


@pytest.mark.parametrize(("first", "second"), [(RELEASE, REMOVE), (REMOVE, RELEASE)])
def test_power_that_was_not_to_be_taken_in_one_way_is_not_taken_in_another(
    cast: Cast, first: ResolutionKind, second: ResolutionKind
) -> None:
    give_roles(cast.mia, RoleKind.ADMIN)
    objected(first, cast.mia, by=cast.sam, second=cast.sara)
    again = record(second, cast.mia, by=cast.sam)
    assert (again.due_at, again.obstacle) == (None, OBJECTED)
    assert record(second, cast.ada, by=cast.sam).due_at is not None


def test_an_objection_to_one_of_two_that_wait_stops_the_silence_about_the_other(cast: Cast) -> None:
    give_roles(cast.mia, RoleKind.ADMIN)
    with clock.pretend(clock.now() - OBJECTION_TIME):
        release, remove = record(RELEASE, cast.mia, by=cast.sam), record(REMOVE, cast.mia, by=cast.sam)
        workflow.object_to_resolution(release, "Never decided.", by=act_as(cast.sara))
    assert (lapse(remove).phase, lapse(remove).obstacle) == (ResolutionPhase.BLOCKED, OBJECTED)
    assert act_as(cast.mia).is_admin


@pytest.mark.rule("PEP13-01")
def test_a_day_of_which_no_seat_is_on_record_never_counts_in_silence(cast: Cast) -> None:
    Role.objects.filter(kind=RoleKind.STEERING_COUNCIL).update(since=clock.now().date() - timedelta(days=20))
    long_ago = clock.now().date() - timedelta(days=30)
    resolution = record(DESIGNATE, cast.mel, by=cast.sam, tally=CouncilTally(1, 0, 0), decided_on=long_ago)
    assert (resolution.due_at, resolution.obstacle) == (
        None,
        "Nobody wrote down who sat on the council on the day of the decision, so silence is not enough.",
    )
    workflow.confirm_resolution(resolution, by=act_as(cast.sara))
    assert act_as(cast.mel).is_admin


def test_the_page_says_whether_time_runs(cast: Cast, browse: Browse) -> None:
    running = record(DESIGNATE, cast.mel, by=cast.sam)
    on_one_word(cast)
    waiting = record(DESIGNATE, cast.mia, by=cast.sam)
    client = browse(cast.sam)
    shown = [text(client.get(f"/nominations/council/{one.pk}/")) for one in (running, waiting)]
    assert [NOBODY_ELSE in page for page in shown] == [False, True]
    assert ["if none objects" in page for page in shown] == [True, False]


def test_the_dashboard_gives_no_time_of_what_was_tried(cast: Cast, browse: Browse) -> None:
    with clock.pretend(clock.now() - OBJECTION_TIME):
        resolution = record(DESIGNATE, cast.mel, by=cast.sam)
    Role.objects.filter(person=cast.sam).update(until=clock.now().date())
    assert lapse(resolution).phase is ResolutionPhase.BLOCKED
    [item] = [one for one in browse(cast.sara).get("/dashboard/").context["waiting"] if "council/" in one.url]
    assert item.due is None
