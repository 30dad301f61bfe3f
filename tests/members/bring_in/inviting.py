"""Members whose addresses are on the way, made by the verbs."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from audit import clock
from members.accounts import workflow as accounts
from members.accounts.models import Invitation
from notifications.models import Delivery, Reason
from notifications.recipients import INVITATION_PREFIX
from notifications.tasks import deliver_due_notices
from tests.cast import Cast, act_as
from tests.factories import make_member

PAGE = "/manage/bring-in/"
HOUR = timedelta(hours=1)


def named(cast: Cast, name: str = "Hana One") -> Invitation:
    """A member whose address Abel named."""
    address = accounts.NamedAddress(make_member(name), f"{name.split()[0].lower()}@example.net", "a call")
    (invitation,) = accounts.hand_in([address], by=act_as(cast.abel))
    return invitation


def invited(cast: Cast, name: str = "Hana One", *, ago: timedelta = 2 * HOUR) -> Invitation:
    """A member with an open invitation that Ada confirmed some time ago."""
    invitation = named(cast, name)
    accounts.confirm_addresses([invitation.pk], by=act_as(cast.ada))
    Invitation.objects.filter(pk=invitation.pk).update(confirmed_at=clock.now() - ago)
    invitation.refresh_from_db()
    return invitation


def bounce(invitation: Invitation, *, reason: Reason = Reason.REFUSED) -> None:
    """The mail server refused the mail of this invitation for good."""
    deliver_due_notices()
    delivery = Delivery.objects.get(recipient=f"{INVITATION_PREFIX}{invitation.pk}")
    Delivery.objects.filter(pk=delivery.pk).update(sent_at=None, failed_at=timezone.now(), reason=reason)
