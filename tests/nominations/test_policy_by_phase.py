"""The whole policy of a nomination by role and phase, as sets that must be equal."""

from __future__ import annotations

import pytest

from audit import clock
from members.people.models import Person, RoleKind
from members.people.policy import ANONYMOUS, Actor
from nominations.models import Nomination, Phase
from nominations.policy import (
    OF_NOMINEE,
    Action,
    NomineeAction,
    allowed,
    holder_of_link,
    require,
)
from tests.cast import Cast, act_as
from tests.factories import give_roles, make_member
from tests.nominations.phases import Phases
from web.conflicts import Conflict

pytestmark = pytest.mark.django_db
SEE, RESULT, BOARD = Action.SEE, Action.SEE_RESULT, Action.SEE_BOARD

TALK = {Action.COMMENT, Action.ENDORSE, Action.DECLARE}


OWN = {Action.COMMENT, Action.DECLARE, Action.WITHDRAW}


#: Besides seeing it with its discussion, and after the count the result: what each may do, phase by phase.
#: A column that is missing means nothing more.
EXTRA: dict[str, dict[Phase, set[Action]]] = {
    "admin": {
        Phase.CONSENT: TALK | {Action.WITHDRAW},
        Phase.PROPOSED: TALK | {Action.WITHDRAW, Action.ASK_OFFICER, Action.OPEN},
        Phase.OPEN: TALK | {Action.VOTE, Action.EXTEND, Action.CANCEL},
        Phase.CLOSING: {Action.ANNUL, Action.DECLARE, Action.SEE_COUNT},
        Phase.FAILED: {Action.ANNUL, Action.DECLARE},
        Phase.VETO_WINDOW: {Action.ANNUL, Action.DECLARE, Action.RELAY_VETO},
        Phase.COUNCIL_UNTOLD: {Action.ANNUL, Action.DECLARE, Action.RELAY_VETO, Action.SEE_UNTOLD},
        Phase.AWAITING_CONFIRMATION: {Action.ANNUL, Action.CONFIRM, Action.DECLARE, Action.RELAY_VETO},
    },
    "nominator": {
        Phase.CONSENT: OWN | {Action.ASK_AGAIN},
        Phase.PROPOSED: OWN,
        Phase.OPEN: OWN | {Action.VOTE},
    },
    "voter": {Phase.CONSENT: TALK, Phase.PROPOSED: TALK, Phase.OPEN: TALK | {Action.VOTE}},
    "voter on the council": {
        Phase.CONSENT: TALK,
        Phase.PROPOSED: TALK,
        Phase.OPEN: TALK | {Action.VOTE},
        Phase.CLOSING: {Action.DECLARE},
        Phase.FAILED: {Action.DECLARE},
        Phase.COUNCIL_UNTOLD: {Action.DECIDE, Action.DECLARE, Action.SEE_UNTOLD, Action.SEE_ADDRESS},
        Phase.VETO_WINDOW: {Action.DECIDE, Action.DECLARE, Action.SEE_ADDRESS},
        Phase.AWAITING_CONFIRMATION: {Action.DECLARE, Action.SEE_ADDRESS},
    },
    "member who came later": {Phase.CONSENT: TALK, Phase.PROPOSED: TALK, Phase.OPEN: TALK},
    "council": {
        Phase.COUNCIL_UNTOLD: {Action.DECIDE, Action.DECLARE, Action.SEE_UNTOLD, Action.SEE_ADDRESS},
        Phase.VETO_WINDOW: {Action.DECIDE, Action.DECLARE, Action.SEE_ADDRESS},
        Phase.AWAITING_CONFIRMATION: {Action.DECLARE, Action.SEE_ADDRESS},
    },
}


PASSED = {Phase.COUNCIL_UNTOLD, Phase.VETO_WINDOW, Phase.AWAITING_CONFIRMATION, Phase.VETOED, Phase.JOINED}


COUNTED = PASSED | {Phase.FAILED}


#: The annulled vote of the factories had passed, and the council was told.
KNOWN_TO_COUNCIL = PASSED | {Phase.ANNULLED}


def expected(role: str, phase: Phase) -> set[Action]:
    """The actions that the design allows."""
    if role not in EXTRA or (role == "council" and phase not in KNOWN_TO_COUNCIL):
        return set()
    result = {RESULT} if phase in COUNTED else set()
    if role == "admin" and phase in COUNTED:
        result.add(Action.ACKNOWLEDGE)
    board = {BOARD} if phase in COUNTED and role != "member who came later" else set()
    talk = set() if role == "council" else {Action.SEE_DISCUSSION}
    return {SEE} | talk | result | board | EXTRA[role].get(phase, set())


def allowed_by_link(nomination: Nomination) -> frozenset[NomineeAction]:
    """Return what the nominee may do now by the private link."""
    return OF_NOMINEE.allowed(holder_of_link(nomination), nomination, clock.now())


def by_role(cast: Cast, latecomer: Person) -> dict[str, Actor]:
    return {
        "admin": act_as(cast.ada),
        "nominator": act_as(cast.mel),
        "voter": act_as(cast.mia),
        "voter on the council": act_as(cast.sara),
        "member who came later": act_as(latecomer),
        "council": act_as(cast.sam),
        "emeritus": act_as(cast.emil),
        "outsider": act_as(cast.olga),
        "anonymous": ANONYMOUS,
    }


@pytest.mark.rule("JOIN-08")
@pytest.mark.parametrize("phase", Phase)
def test_every_role_may_do_exactly_what_the_design_says(phases: Phases, phase: Phase) -> None:
    nomination = phases[phase]
    actors = by_role(phases.cast, make_member("Lena Late"))
    now = clock.now()
    assert nomination.phase(now) == phase
    found = {role: set(allowed(actor, nomination, now)) for role, actor in actors.items()}
    assert found == {role: expected(role, phase) for role in actors}


@pytest.mark.parametrize("phase", Phase)
def test_a_nominee_with_a_login_may_do_and_see_nothing(phases: Phases, phase: Phase) -> None:
    nomination = phases[phase]
    assert set(allowed(act_as(nomination.nominee), nomination, clock.now())) == set()


@pytest.mark.rule("PEP13-04")
@pytest.mark.parametrize("phase", Phase)
def test_a_nominee_on_the_council_sees_and_decides_nothing_about_themselves(phases: Phases, phase: Phase) -> None:
    nomination = phases[phase]
    give_roles(nomination.nominee, RoleKind.STEERING_COUNCIL)
    assert set(allowed(act_as(nomination.nominee), nomination, clock.now())) == set()


@pytest.mark.parametrize(
    ("phase", "actions"),
    [
        (Phase.CONSENT, {NomineeAction.ACCEPT, NomineeAction.DECLINE}),
        (Phase.PROPOSED, {NomineeAction.WITHDRAW}),
        (Phase.OPEN, {NomineeAction.WITHDRAW}),
    ],
)
def test_the_private_link_lets_answer_and_later_withdraw(
    phases: Phases, phase: Phase, actions: set[NomineeAction]
) -> None:
    assert allowed_by_link(phases[phase]) == actions


@pytest.mark.parametrize("phase", set(Phase) - {Phase.CONSENT, Phase.PROPOSED, Phase.OPEN})
def test_the_private_link_lets_do_nothing_after_the_close(phases: Phases, phase: Phase) -> None:
    assert allowed_by_link(phases[phase]) == set()


@pytest.mark.parametrize("phase", Phase)
def test_an_action_in_another_phase_is_refused_with_a_sentence(phases: Phases, phase: Phase) -> None:
    nomination, ada = phases[phase], act_as(phases.cast.ada)
    now = clock.now()
    for action in {Action.OPEN, Action.CONFIRM} - allowed(ada, nomination, now):
        with pytest.raises(Conflict, match=r"^This is not possible now: [^.]+\.$"):
            require(action, ada, nomination, now)
