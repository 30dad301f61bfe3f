"""Rules about invitations and suspensions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from members.accounts.enums import PENDING
from members.accounts.models import Invitation
from members.people.models import Person
from members.people.permissions import Policy, Rule
from members.people.policy import ADMIN, ONESELF, STEERING


class Action(StrEnum):
    """Actions on logins."""

    INVITE = "person:invite"
    SEE_INVITATIONS = "invitation:list"
    SUSPEND = "suspension:begin"
    END_SUSPENSION = "suspension:end"


def _not_to_suspend(person: Person, now: datetime) -> str:
    if person.has_suspension():
        return f"{person.name} is suspended already."
    return "" if person.is_member_on(now.date()) else f"{person.name} is not a member."


POLICY: Policy[Action, Person] = Policy(
    Rule(Action.INVITE, ADMIN),
    Rule(Action.SEE_INVITATIONS, ADMIN),
    # Somebody who loses a device asks another admin.
    Rule(Action.SUSPEND, ADMIN & ~ONESELF, otherwise=_not_to_suspend),
    Rule(Action.END_SUSPENSION, (ADMIN | STEERING) & ~ONESELF),
)
allows, possible, require, require_any, people_who = (
    POLICY.allows,
    POLICY.possible,
    POLICY.require,
    POLICY.require_any,
    POLICY.people_who,
)


class InvitationAction(StrEnum):
    """Actions on one invitation."""

    REVOKE = "invitation:revoke"


INVITATIONS: Policy[InvitationAction, Invitation] = Policy(
    Rule(InvitationAction.REVOKE, ADMIN, phases=PENDING),
    phase_of=lambda invitation, now: invitation.phase(now),
    instead=lambda _phase: "This invitation is no longer open.",
)
