"""Who may invite, suspend, and end a suspension."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from members.accounts.models import Invitation
from members.people.models import Person
from members.people.permissions import Policy, Rule
from members.people.policy import ADMIN, ONESELF, STEERING


class Action(StrEnum):
    """What can be done to logins."""

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
    """What can be done to one invitation."""

    REVOKE = "invitation:revoke"


def _closed(invitation: Invitation, _now: datetime) -> str:
    is_open = invitation.accepted_at is None and invitation.revoked_at is None
    return "" if is_open else "This invitation is no longer open."


INVITATIONS: Policy[InvitationAction, Invitation] = Policy(Rule(InvitationAction.REVOKE, ADMIN, otherwise=_closed))
