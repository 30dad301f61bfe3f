"""Rules about requests for a reset: two people give a new way in, never one."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from members.accounts.models import User
from members.people.models import Person
from members.people.permissions import Policy, Rule, the_person
from members.people.policy import ADMIN, ONESELF, STEERING, actor_of
from members.resets.enums import ResetPhase
from members.resets.models import LoginReset

#: Ours: how long the link works by which somebody begins anew after a reset.
RESET_LINK = timedelta(hours=48)
#: Ours: how often within a day somebody can ask for a reset; each request mails all admins and the council.
RESETS_A_DAY = 3


class Action(StrEnum):
    """Actions on people's logins, and on requests in general."""

    BEGIN = "reset:begin"
    SEE = "reset:list"


def _not_to_reset(person: Person, _now: datetime) -> str:
    if person.has_suspension():
        return f"{person.name} is suspended; end the suspension first."
    if not User.objects.filter(person=person, is_active=True).exists():
        return f"{person.name} has no login that is open. Invite them instead."
    return ""


POLICY: Policy[Action, Person] = Policy(
    Rule(Action.BEGIN, ADMIN & ~ONESELF, otherwise=_not_to_reset),
    Rule(Action.SEE, ADMIN | STEERING),
)


class ResetAction(StrEnum):
    """Actions on one request for a reset."""

    PROPOSE = "reset:propose"
    CONFIRM = "reset:confirm"
    REFUSE = "reset:refuse"


_CONCERNED = the_person(lambda reset: reset.person)
_PROPOSER = the_person(lambda reset: reset.proposed_by)
_RESET_CLOSED = {
    ResetPhase.ASKED: "Nobody has vouched for them yet; that comes first.",
    ResetPhase.PROPOSED: "Somebody has vouched for them already; a second person confirms.",
    ResetPhase.CONFIRMED: "This request is confirmed.",
    ResetPhase.REFUSED: "This request was refused.",
    ResetPhase.STOPPED: "This request was stopped by its owner.",
    ResetPhase.EXPIRED: "This request has expired.",
}


def _first_word_is_void(reset: LoginReset, now: datetime) -> str:
    if actor_of(reset.proposed_by, now.date()).is_admin:
        return ""
    return f"{reset.proposed_by}, who vouched for them, is not an admin any more. Refuse it, and begin again."


RESETS: Policy[ResetAction, LoginReset] = Policy(
    Rule(ResetAction.PROPOSE, ADMIN & ~_CONCERNED, phases=frozenset({ResetPhase.ASKED})),
    Rule(
        ResetAction.CONFIRM,
        (ADMIN | STEERING) & ~_CONCERNED & ~_PROPOSER,
        phases=frozenset({ResetPhase.PROPOSED}),
        otherwise=_first_word_is_void,
    ),
    # Who vouched takes that back by refusing.
    Rule(
        ResetAction.REFUSE,
        (ADMIN | STEERING) & ~_CONCERNED,
        phases=frozenset({ResetPhase.ASKED, ResetPhase.PROPOSED}),
    ),
    phase_of=lambda reset, now: reset.phase(now),
    instead=_RESET_CLOSED,
)
