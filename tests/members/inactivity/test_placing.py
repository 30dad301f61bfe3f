"""The lists of the inactivity review: each rule by itself, and a team with every case."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from audit import clock
from members.boarding import workflow as boarding_workflow
from members.inactivity.enums import NoticeAnswer, ReviewGroup
from members.inactivity.placing import (
    NotedDay,
    NoticeOutcome,
    ReviewedPerson,
    ReviewPeriod,
    place,
    year_after,
    year_before,
)
from members.inactivity.queries import concerned, period_of_next
from members.people import workflow as people_workflow
from members.people.models import Membership, RoleKind
from members.people.models import Person as Human
from tests.cast import Cast, act_as
from tests.factories import give_login, give_roles, make_emeritus, make_member
from tests.members.inactivity.reviews import (
    DAY,
    DUE_AT,
    NOTICE_AT,
    announced,
    answered,
    entry_of,
    generated,
    lists,
    retired,
    work,
)
from web.conflicts import Conflict

PERIOD = ReviewPeriod(datetime(2025, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 16, 12, tzinfo=UTC))
NOTICED = NoticeOutcome(was_given=True)
SAID = NoticeOutcome(was_given=True, answer=NoticeAnswer.ACTIVE, answered_on=date(2026, 3, 4))
RETIRED = NoticeOutcome(was_given=True, answer=NoticeAnswer.RETIRE, answered_on=date(2026, 3, 4))
NOTED = NotedDay(date(2026, 3, 3), "Ada Admin")
SINCE = "Neither coordinated nor commented on a report since 2 March 2025."
MANAGER, COUNCIL, ADMIN = RoleKind.RELEASE_MANAGER, RoleKind.STEERING_COUNCIL, RoleKind.ADMIN


def someone(**facts: object) -> ReviewedPerson:
    """Return a member since long ago without any activity."""
    return ReviewedPerson(person_id=Human().pk, name="Pat Person", **{"since": date(2020, 1, 1), **facts})  # type: ignore[arg-type]


def placed(**facts: object) -> tuple[str, str]:
    placing = place(someone(**facts), PERIOD)
    return placing.group, placing.because


# -- one rule at a time ---------------------------------------------------------------------------------


@pytest.mark.rule("PEP811-25", "PEP811-27")
@pytest.mark.parametrize(
    ("facts", "group", "because"),
    [
        ({"notice": NOTICED}, "inactive", f"{SINCE} Did not answer the notice."),
        ({"active_on": date(2025, 3, 2)}, "active", "Active on 2 March 2025."),
        ({"roles": frozenset({MANAGER})}, "exempt", "Release Manager on the review’s day, 16 March 2026."),
        (
            {"roles": frozenset({COUNCIL, MANAGER})},
            "exempt",
            "Release Manager and Steering Council on the review’s day, 16 March 2026.",
        ),
        (
            {"roles": frozenset({ADMIN, RoleKind.PSF_STAFF}), "notice": NOTICED},
            "inactive",
            f"{SINCE} Did not answer the notice.",
        ),
        ({"active_on": date(2025, 5, 2), "credited_on": date(2025, 4, 2)}, "active", "Active on 2 May 2025."),
        (
            {"active_on": date(2025, 4, 2), "credited_on": date(2025, 4, 2)},
            "active",
            "Credited as coordinator on GitHub on 2 April 2025.",
        ),
        ({"noted": NOTED, "notice": NOTICED}, "noted", "By a note of Ada Admin: work on 3 March 2026."),
        (
            {"can_be_credited": False, "notice": NOTICED},
            "inactive",
            (
                f"{SINCE} Did not answer the notice. "
                "No number of an account on GitHub is on record, so no credits could be found."
            ),
        ),
        ({"since": date(2025, 3, 3)}, "new", "A member since 3 March 2025, which is less than the period."),
        ({"since": date(2025, 3, 2), "notice": NOTICED}, "inactive", f"{SINCE} Did not answer the notice."),
        ({"since": None, "notice": NOTICED}, "inactive", f"{SINCE} Did not answer the notice."),
        ({"notice": SAID}, "answered", "Answered the notice on 4 March 2026: still active."),
        (
            {"is_member": False, "notice": RETIRED},
            "gone",
            "Answered the notice on 4 March 2026 and retired to emeritus.",
        ),
        ({"is_member": False, "notice": SAID}, "gone", "Left the team after the notices went out."),
        (
            {"roles_at_notice": frozenset({MANAGER, ADMIN})},
            "inactive",
            f"{SINCE} No notice was given: exempt as Release Manager when the notices went out, and not any more.",
        ),
        (
            {"can_be_mailed": False, "notice": NoticeOutcome()},
            "inactive",
            f"{SINCE} No notice was given: the portal has no open login of theirs, and so no address.",
        ),
        ({}, "inactive", f"{SINCE} No notice was given: they were not concerned when the notices went out."),
    ],
)
def test_each_case_has_its_list_and_its_reason(facts: dict[str, object], group: str, because: str) -> None:
    assert placed(**facts) == (group, because)


def test_the_first_reason_that_applies_decides_the_list() -> None:
    everything: dict[str, object] = {
        "is_member": False,
        "active_on": date(2026, 1, 1),
        "roles": frozenset({MANAGER}),
        "noted": NOTED,
        "since": date(2026, 1, 1),
        "notice": SAID,
    }
    order = []
    undone: list[tuple[str, object]] = [
        ("is_member", True),
        ("active_on", None),
        ("roles", frozenset()),
        ("noted", None),
        ("since", date(2020, 1, 1)),
        ("notice", NOTICED),
        ("", None),
    ]
    for name, nothing in undone:
        order.append(placed(**everything)[0])
        everything = {**everything, **({name: nothing} if name else {})}
    assert order == ["gone", "active", "exempt", "noted", "new", "answered", "inactive"]


def test_a_year_before_a_leap_day_is_the_last_of_february() -> None:
    assert year_before(datetime(2028, 2, 29, 9, tzinfo=UTC)) == datetime(2027, 2, 28, 9, tzinfo=UTC)
    assert year_before(datetime(2026, 2, 28, 9, tzinfo=UTC)) == datetime(2025, 2, 28, 9, tzinfo=UTC)


def test_a_year_after_a_leap_day_is_the_last_of_february() -> None:
    assert year_after(date(2028, 2, 29)) == date(2029, 2, 28)
    assert year_after(date(2027, 2, 28)) == date(2028, 2, 28)
    assert year_after(date(2026, 3, 16)) == date(2027, 3, 16)


# -- a team with every case -----------------------------------------------------------------------------


class Team:
    """The cast, and one more member for each case that the cast lacks."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.nell = make_member("Nell New", since=date(2025, 6, 1))
        self.una = make_member("Una Unknown", since=None)
        self.lou = make_member("Lou Loginless")
        self.rex = make_member("Rex Releaser", MANAGER)
        self.ren = make_member("Ren Retiring")
        self.gil = make_member("Gil Going")
        self.zed = make_member("Zed Zealous")
        self.roy = make_member("Roy Risen")
        for person in [self.nell, self.una, self.rex, self.ren, self.gil, self.zed, self.roy]:
            give_login(person)
        work(self.zed, at=NOTICE_AT - 500 * DAY)
        work(cast.ada, at=NOTICE_AT - 30 * DAY)
        work(cast.mel, at=NOTICE_AT - 366 * DAY)  # a day before the period


@pytest.mark.rule("PEP811-27")
def test_a_team_with_every_case_gives_exactly_these_lists(cast: Cast) -> None:
    team = Team(cast)
    review = announced(cast.ada)
    concerned_then = {entry.person.name.split()[0]: entry.noticed for entry in review.entries.all()}
    assert concerned_then == {
        **dict.fromkeys(["Abel", "Mel", "Mia", "Newt", "Nell", "Una", "Ren", "Gil", "Zed", "Roy"], True),
        "Lou": False,
    }
    answered(review, cast.mia, "I answer on the list.")
    answered(review, team.roy)
    retired(review, team.ren)
    work(cast.newt, at=NOTICE_AT + 3 * DAY)
    with clock.pretend(NOTICE_AT + 4 * DAY):
        boarding_workflow.resign(by=act_as(team.gil))
        people_workflow.begin_role(team.roy, MANAGER, authority="PEP 8", by=None, at=clock.now())
        people_workflow.end_role(team.rex, MANAGER, authority="PEP 9", by=None, at=clock.now())
    review = generated(review)
    assert lists(review) == {
        "inactive": {"Abel", "Mel", "Una", "Lou", "Rex", "Zed"},
        "exempt": {"Rita", "Sara", "Roy"},
        "new": {"Nell"},
        "answered": {"Mia"},
        "active": {"Newt"},
        "gone": {"Ren", "Gil"},
    }
    assert [entry_of(review, person).last_active_on for person in (team.zed, cast.mel, cast.abel, cast.newt)] == [
        (NOTICE_AT - 500 * DAY).date(),
        (NOTICE_AT - 366 * DAY).date(),
        None,
        (NOTICE_AT + 3 * DAY).date(),
    ]
    assert entry_of(review, team.rex).because.endswith(
        "exempt as Release Manager when the notices went out, and not any more."
    )
    assert entry_of(review, team.gil).because == "Left the team after the notices went out."


@pytest.mark.rule("PEP811-27")
def test_roles_count_as_they_are_on_the_day_the_lists_are_made(cast: Cast) -> None:
    """Its first day counts, the day it ends does not."""
    review = announced(cast.ada)
    with clock.pretend(DUE_AT):
        people_workflow.begin_role(cast.mel, MANAGER, authority="PEP 8", by=None, at=clock.now())
        people_workflow.end_role(cast.rita, MANAGER, authority="PEP 9", by=None, at=clock.now())
    assert lists(generated(review))["exempt"] == {"Mel", "Sara"}


@pytest.mark.rule("PEP811-58")
def test_the_first_review_looks_at_a_year_and_the_next_at_the_time_since(cast: Cast) -> None:
    first = generated(announced(cast.ada), at=DUE_AT + DAY)
    assert first.since == datetime(2025, 3, 2, 12, tzinfo=UTC)
    work(cast.mel, at=DUE_AT)  # before the first was made: counted there
    work(cast.mia, at=DUE_AT + 2 * DAY)
    second = announced(cast.ada, at=NOTICE_AT + 365 * DAY)
    assert second.since == first.generated_at == DUE_AT + DAY
    concerned_now = {entry.person for entry in second.entries.all()}
    assert (cast.mel in concerned_now, cast.mia in concerned_now) == (True, False)


def test_a_returned_emeritus_is_new_by_the_new_membership(cast: Cast) -> None:
    back = make_emeritus("Bea Back")
    Membership.objects.create(person=back, since=date(2026, 1, 10), began="decision")
    assert lists(generated(announced(cast.ada)))["new"] == {"Bea"}


def test_a_preview_names_the_same_people_as_the_notice(cast: Cast) -> None:
    team = Team(cast)
    preview = concerned(period_of_next(NOTICE_AT))
    assert {placing.group for placing in preview} == {ReviewGroup.INACTIVE, ReviewGroup.NEW}
    assert {placing.reviewed.person_id for placing in preview} == {
        entry.person_id for entry in announced(cast.ada).entries.all()
    }
    assert team.lou.pk in {placing.reviewed.person_id for placing in preview if not placing.reviewed.can_be_mailed}


@pytest.mark.parametrize("more", [0, 20])
def test_the_lists_cost_the_same_queries_whatever_the_size_of_the_team(
    cast: Cast, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(more):
        give_roles(make_member(f"Member{number} More"), RoleKind.CORE_TEAM)
    work(cast.mel, at=NOTICE_AT - DAY)
    with django_assert_num_queries(16):
        concerned(ReviewPeriod(NOTICE_AT - 365 * DAY, NOTICE_AT))


def test_a_review_is_made_for_an_idle_team_and_for_a_busy_one(cast: Cast) -> None:
    work(*cast.members, at=NOTICE_AT - DAY)
    review = announced(cast.ada)
    assert review.entries.count() == 0
    assert lists(generated(review)) == {}
    with pytest.raises(Conflict, match="generated already"):
        generated(review)
