"""The private link of an invitation, made from its id."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from audit import clock
from members.accounts.models import Invitation
from web.signed_links import PrivateLink

_INVITATION = PrivateLink("members.invitation", r"[0-9a-f]{32}")


def token_of(invitation: Invitation) -> str:
    """Return the secret part of the invited person's link."""
    return _INVITATION.token(invitation.pk.hex)


def path_of(invitation: Invitation) -> str:
    """Return the address at which the invitation is accepted, without scheme and host."""
    return reverse("accounts:accept", args=[token_of(invitation)])


def find(token: str) -> Invitation | None:
    """Return the open invitation behind a link; None for one that is false, used, revoked or expired."""
    match = _INVITATION.read(token)
    if match is None:
        return None
    return Invitation.objects.open(clock.now()).select_related("person").filter(pk=UUID(hex=match[0])).first()
