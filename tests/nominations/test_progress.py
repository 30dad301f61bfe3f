"""The timeline of a nomination."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from audit import clock
from members.boarding.workflow import cancel_onboarding
from nominations import workflow
from nominations.models import Nomination, Phase
from nominations.pages.progress import steps
from tests.cast import Cast, act_as
from tests.factories import complete
from tests.nominations import factories
from web.dates import moment_in_words
from web.timeline import StepState

MEMBERS = "Vote of the members"
COUNCIL = "Steering Council"
DONE, CURRENT, TODO = StepState.DONE, StepState.CURRENT, StepState.TODO
ASKED = ("Consent", DONE)


def shape(nomination: Nomination) -> list[tuple[str, StepState]]:
    return [(step.label, step.state) for step in steps(factories.fresh(nomination), clock.now())]


def notes(nomination: Nomination) -> dict[str, str]:
    return {step.label: step.note for step in steps(factories.fresh(nomination), clock.now())}


@pytest.mark.parametrize(
    ("phase", "after_the_proposal"),
    [
        (Phase.CONSENT, [("Consent", CURRENT), (MEMBERS, TODO), (COUNCIL, TODO), ("Member", TODO)]),
        (Phase.DECLINED, [ASKED]),
        (Phase.CANCELLED, [ASKED, ("Vote opened", DONE), ("Cancelled", DONE)]),
        (Phase.ANNULLED, [ASKED, ("Vote opened", DONE), ("Annulled", DONE)]),
        (Phase.PROPOSED, [ASKED, (MEMBERS, CURRENT), (COUNCIL, TODO), ("Member", TODO)]),
        (Phase.OPEN, [ASKED, (MEMBERS, CURRENT), (COUNCIL, TODO), ("Member", TODO)]),
        (Phase.CLOSING, [ASKED, (MEMBERS, CURRENT), (COUNCIL, TODO), ("Member", TODO)]),
        (Phase.FAILED, [ASKED, (MEMBERS, DONE)]),
        (Phase.VETO_WINDOW, [ASKED, (MEMBERS, DONE), (COUNCIL, CURRENT), ("Member", TODO)]),
        (Phase.AWAITING_CONFIRMATION, [ASKED, (MEMBERS, DONE), (COUNCIL, CURRENT), ("Member", TODO)]),
        (Phase.VETOED, [ASKED, (MEMBERS, DONE), (COUNCIL, DONE)]),
        (Phase.JOINED, [ASKED, (MEMBERS, DONE), (COUNCIL, DONE), ("Member", CURRENT)]),
        (Phase.WITHDRAWN, [ASKED, ("Vote opened", DONE), ("Withdrawn", DONE)]),
    ],
)
def test_the_timeline_says_what_is_done_and_what_comes(
    cast: Cast, phase: Phase, after_the_proposal: list[tuple[str, StepState]]
) -> None:
    assert shape(factories.make(phase, cast)) == [("Proposed", DONE), *after_the_proposal]


def test_withdrawn_before_the_vote_there_is_no_vote_on_the_timeline(cast: Cast) -> None:
    nomination = workflow.withdraw(factories.make(Phase.PROPOSED, cast), by=act_as(cast.mel))
    assert shape(nomination) == [("Proposed", DONE), ASKED, ("Withdrawn", DONE)]


def test_the_notes_give_the_real_numbers_and_moments(cast: Cast, settings: Settings) -> None:
    settings.VOTING_PERIOD_HOURS, settings.VETO_WINDOW_HOURS = 168.0, 72.0
    proposed = notes(factories.make(Phase.PROPOSED, cast))
    assert proposed[MEMBERS] == "An admin opens it; it takes 7 days."
    assert proposed[COUNCIL] == "Can veto within 3 days of being told."
    opened = factories.make(Phase.OPEN, cast, cast.olga)
    assert notes(opened)[MEMBERS] == f"Until {moment_in_words(opened.vote.closes_at)}"
    passed = factories.make(Phase.VETO_WINDOW, cast, cast.emil)
    assert passed.vote.veto_until is not None
    assert notes(passed)[MEMBERS] == "Passed: 2 of 3 voted yes, 2 were needed"
    assert notes(passed)[COUNCIL] == f"Can veto until {moment_in_words(passed.vote.veto_until)}"


def test_the_timeline_says_whether_the_council_spoke(cast: Cast) -> None:
    silent = workflow.confirm(factories.make(Phase.AWAITING_CONFIRMATION, cast), by=act_as(cast.ada))
    assert notes(silent)[COUNCIL] == "No word within its window; an admin confirmed."
    assert notes(factories.make(Phase.JOINED, cast, cast.olga))[COUNCIL] == "No veto"


def test_moments_are_written_in_utc(cast: Cast) -> None:
    moment = clock.now().replace(year=2026, month=9, day=3, hour=9, minute=12)
    assert moment_in_words(moment) == "3 September 2026, 09:12 UTC"


def test_the_timeline_follows_the_onboarding_to_its_end(cast: Cast) -> None:
    joined = factories.make(Phase.JOINED, cast)
    assert joined.onboarding is not None
    complete(joined.onboarding, by=cast.ada)
    assert notes(factories.fresh(joined))["Member"].startswith("Since ")
    gone = factories.make(Phase.JOINED, cast, cast.olga)
    assert gone.onboarding is not None
    cancel_onboarding(gone.onboarding, "She changed her mind.", by=act_as(cast.ada))
    assert notes(factories.fresh(gone))["Member"] == "The onboarding was given up."
