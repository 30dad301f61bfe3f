"""Build the list of invitations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from members.accounts.enums import InvitationPhase
from members.accounts.models import Invitation
from members.accounts.policy import INVITATIONS, InvitationAction
from members.people.policy import Actor

_BADGES = {
    InvitationPhase.UNCONFIRMED: ("Waits for a second person", "now"),
    InvitationPhase.UNCONFIRMED_LOGIN: ("Login waits for a second person", "now"),
    InvitationPhase.OPEN: ("Waiting", "now"),
    InvitationPhase.EXPIRED: ("Expired", "neutral"),
    InvitationPhase.ACCEPTED: ("Accepted", "good"),
    InvitationPhase.REVOKED: ("Revoked", "neutral"),
    InvitationPhase.REFUSED: ("Refused", "critical"),
}
_OPEN = {InvitationPhase.OPEN, InvitationPhase.UNCONFIRMED}


@dataclass(frozen=True)
class InvitationRow:
    """One line of the list; `label` and `tone` are the badge's."""

    invitation: Invitation
    label: str
    tone: str
    is_open: bool
    """Whether somebody is waited for until it expires."""
    may_revoke: bool


def invitation_rows(invitations: Iterable[Invitation], actor: Actor, now: datetime) -> list[InvitationRow]:
    """Return a line for each of `invitations`, read by `with_standing` with their logins, in their order. No query."""
    rows = []
    for invitation in invitations:
        phase = invitation.phase(now)
        label, tone = _BADGES[phase]
        may_revoke = INVITATIONS.allows(InvitationAction.REVOKE, actor, invitation, now)
        rows.append(InvitationRow(invitation, label, tone, phase in _OPEN, may_revoke))
    return rows
