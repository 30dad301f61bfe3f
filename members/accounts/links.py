"""Private links: of an invitation, and to stop a change of address. Made from ids, stored nowhere."""

from __future__ import annotations

from uuid import UUID

from allauth.account.models import EmailAddress
from django.urls import reverse

from audit import clock
from members.accounts.models import Invitation
from web.signed_links import PrivateLink

_INVITATION = PrivateLink("members.invitation", r"[0-9a-f]{32}")
_STOP_CHANGE = PrivateLink("members.stop-address-change", r"[0-9]{1,18}")


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


def path_to_stop_change(address: int) -> str:
    """Return the address at which the change to the new address with this id is stopped."""
    return reverse("accounts:stop_address", args=[_STOP_CHANGE.token(str(address))])


def find_change(token: str) -> EmailAddress | None:
    """Return the new address behind a link while it is not proven; None for a false one, and afterwards."""
    match = _STOP_CHANGE.read(token)
    return None if match is None else EmailAddress.objects.filter(pk=int(match[0]), verified=False).first()
