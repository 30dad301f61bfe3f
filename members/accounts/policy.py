"""Rules about invitations and suspensions."""

from __future__ import annotations

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


POLICY: Policy[Action, Person] = Policy(
    Rule(Action.INVITE, ADMIN),
    Rule(Action.SEE_INVITATIONS, ADMIN),
    # Somebody who loses a device asks another admin.
    Rule(Action.SUSPEND, ADMIN & ~ONESELF),
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
