"""Change the address of one's own login: the old one is told, and can stop it until the new one is proven."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction

from audit.log import record
from members.accounts.events import AccountEvent
from members.accounts.models import User
from members.accounts.workflow import access
from web.conflicts import Conflict


@transaction.atomic
def note_address_change(address: EmailAddress) -> None:
    """Record that a link went to a new `address` of a login, which tells the old one; nothing for an only one."""
    if not EmailAddress.objects.filter(user=address.user, verified=True).exclude(pk=address.pk).exists():
        return
    person = address.user.person
    record(AccountEvent.ADDRESS_CHANGE_ASKED, target=address.user, by=person, person=person.pk, address=address.pk)


@transaction.atomic
def stop_address_change(address: EmailAddress) -> None:
    """Forget the new address, and end every session of the login: its owner did not ask for it.

    Raises `Conflict` when the change was made or stopped meanwhile.
    """
    user = User.objects.select_for_update().get(pk=address.user_id)
    if not EmailAddress.objects.filter(pk=address.pk, verified=False).delete()[0]:
        raise Conflict("This change was made or stopped already.")
    access.end_sessions(user)
    person = user.person
    record(AccountEvent.ADDRESS_CHANGE_STOPPED, target=user, by=person, person=person.pk)
