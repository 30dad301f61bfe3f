"""Audiences of requests for a reset; the watchers of logins are those of `accounts`."""

from __future__ import annotations

from audit import clock
from audit.models import Event
from members.accounts.models import Invitation
from members.resets.models import LoginReset
from notifications.audiences.people import at_login
from notifications.queries import reset_of
from notifications.recipients import INVITATION_PREFIX, Recipient


def owner_to_stop(event: Event) -> list[Recipient]:
    """Return the owner of a login whose reset was asked, at its address, while they can stop it."""
    reset = reset_of(event)
    is_open = LoginReset.objects.open(clock.now()).filter(pk=reset.pk).exists()
    return at_login(reset.person) if is_open else []


def reset_address(event: Event) -> list[Recipient]:
    """Return the address at which somebody begins anew after a reset, while the link works."""
    invitations = Invitation.objects.open(clock.now()).filter(login_reset__pk=event.target_id).select_related("person")
    return [Recipient(f"{INVITATION_PREFIX}{row.pk}", row.email, row.person.name) for row in invitations]


def dead_address(event: Event) -> list[Recipient]:
    """Return the owner of a login at the address that a reset replaces, until they have begun anew."""
    reset = reset_of(event)
    return at_login(reset.person) if reset.new_email else []
