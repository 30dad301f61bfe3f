"""Build the page on which a second person confirms addresses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from members.accounts.models import Invitation
from members.accounts.pages.invitations import InvitationRow, invitation_rows
from members.accounts.policy import CONFIRMATION_WAIT, INVITATIONS, InvitationAction
from members.accounts.queries import inviting
from members.people.models import Person, RoleKind
from members.people.policy import Actor

#: So many of the latest answers stand below what waits.
MOST_DECIDED = 10


@dataclass(frozen=True)
class AddressRow:
    """One address that waits; `obstacle` says why the reader, or nobody, can confirm it."""

    invitation: Invitation
    is_login: bool
    """Whether a login is open at this address already, and gives nothing until it is confirmed."""
    may_answer: bool
    """Whether the reader may confirm or refuse it."""
    is_ticked: bool
    obstacle: str

    @property
    def email(self) -> str:
        """Return the address that is to be confirmed: of a login, the one it has now."""
        return self.invitation.person.user.email if self.is_login else self.invitation.email


def address_rows(
    invitations: Iterable[Invitation], actor: Actor, now: datetime, *, ticked: Collection[UUID] | None = None
) -> list[AddressRow]:
    """Return a line for each of `invitations`, read by `queries.inviting.to_confirm`, in their order.

    From the start those are ticked that say how they are known; after that, those of `ticked`.
    """
    return [_row(invitation, actor, now, ticked) for invitation in invitations]


def _row(invitation: Invitation, actor: Actor, now: datetime, ticked: Collection[UUID] | None) -> AddressRow:
    may_refuse = INVITATIONS.allows(InvitationAction.REFUSE, actor, invitation, now)
    may_confirm = may_refuse and INVITATIONS.allows(InvitationAction.CONFIRM, actor, invitation, now)
    obstacle = ""
    if actor.is_person(invitation.invited_by):
        obstacle = "You named it, so somebody else confirms it."
    elif actor.is_person(invitation.person):
        obstacle = "It is your own, so somebody else confirms it."
    elif not may_confirm:
        obstacle = INVITATIONS.obstacle(InvitationAction.CONFIRM, invitation, now)
    is_ticked = bool(invitation.evidence) and may_confirm if ticked is None else invitation.pk in ticked
    return AddressRow(invitation, invitation.accepted_at is not None, may_refuse, is_ticked, obstacle)


def summary(rows: Sequence[AddressRow], now: datetime) -> dict[str, Any]:
    """Return what stands beside the rows: how many, who named them, until when, and who is told. Two queries."""
    day = now.date()
    ticked = sum(row.is_ticked for row in rows)
    inviters = {str(row.invitation.invited_by): None for row in rows}
    return {
        "ticked": ticked,
        "inviters": ", ".join(inviters),
        "first": min((row.invitation.invited_at for row in rows), default=None),
        "lapses": min((row.invitation.expires_at for row in rows if not row.is_login), default=None),
        "days": CONFIRMATION_WAIT.days,
        "link_days": settings.INVITATION_DAYS,
        "admins": Person.objects.acting_admins(day).count(),
        "council": Person.objects.holding(RoleKind.STEERING_COUNCIL, day).distinct().count(),
    }


def answered(invitations: Sequence[Invitation], *, refuses: bool) -> str:
    """Return what became of the addresses that a second person answered."""
    number = len(invitations)
    if refuses:
        return f"{number} address{'es' if number > 1 else ''} refused. Nothing is sent."
    return f"{number} address{'es' if number > 1 else ''} confirmed. The invitations are on their way."


def decided_rows(actor: Actor, now: datetime) -> list[InvitationRow]:
    """Return the latest invitations that a second person answered, newest first. One query."""
    return invitation_rows(inviting.decided()[:MOST_DECIDED], actor, now)
