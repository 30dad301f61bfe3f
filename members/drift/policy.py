"""Permissions to see drift checks, run them, and order changes because of one."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from members.drift.models import DriftCheck, DriftCheckPhase
from members.people.models import Person
from members.people.permissions import Policy, Rule
from members.people.policy import ADMIN


class Action(StrEnum):
    """Actions on drift checks in general."""

    SEE_DRIFT = "drift:see"
    CHECK_DRIFT = "drift:check"


POLICY: Policy[Action, Person] = Policy(
    Rule(Action.SEE_DRIFT, ADMIN),
    Rule(Action.CHECK_DRIFT, ADMIN),
)
allows, possible, require, require_any, people_who = (
    POLICY.allows,
    POLICY.possible,
    POLICY.require,
    POLICY.require_any,
    POLICY.people_who,
)

# -- one check ----------------------------------------------------------------------------------------------


class CheckAction(StrEnum):
    """Actions on one drift check."""

    APPLY = "drift:apply"


_NOT_FINISHED = "This check has not run yet."
_INSTEAD = {
    DriftCheckPhase.REQUESTED: _NOT_FINISHED,
    DriftCheckPhase.RUNNING: _NOT_FINISHED,
    DriftCheckPhase.STALE: "This check is older than 24 hours. Check again, and apply the new one.",
}


def _not_newest(check: DriftCheck, _now: datetime) -> str:
    return "" if check.is_newest else "There is a newer check. Apply that one."


CHECKS: Policy[CheckAction, DriftCheck] = Policy(
    Rule(CheckAction.APPLY, ADMIN, frozenset({DriftCheckPhase.FINISHED}), otherwise=_not_newest),
    phase_of=lambda check, now: check.phase(now),
    instead=_INSTEAD,
)
