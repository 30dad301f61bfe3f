"""The mails about whom a login is bound to; see `tests.notifications.stories`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum

from audit import clock
from members.accounts import workflow
from members.accounts.events import AccountEvent
from members.accounts.models import Invitation
from members.people.models import RoleKind
from notifications.enums import Mail
from tests.cast import Cast, act_as
from tests.factories import PASSWORD, claim_address, give_login, make_member, make_person
from tests.members.boarding.pages import begin

HOW = "A call, and a signed commit."
#: All admins and the whole council, whoever acted.
WATCHERS = {"ada", "abel", "sara", "sam"}
_NOBODY: set[str] = set()


def name_member(cast: Cast) -> Invitation:
    """Name an address for a member without a login."""
    return workflow.invite(make_member("Bob Member"), email="bob@example.net", evidence=HOW, by=act_as(cast.ada))


def suspend_abel(cast: Cast) -> None:
    workflow.suspend(cast.abel, "To keep him quiet.", by=act_as(cast.ada))


def name_with_abel_suspended(cast: Cast) -> None:
    suspend_abel(cast)
    name_member(cast)


def name_by_list(cast: Cast) -> list[Invitation]:
    named = workflow.NamedAddress(make_member("Bob Member"), "bob@example.net", HOW)
    return workflow.hand_in([named], by=act_as(cast.ada))


def confirm(cast: Cast) -> Invitation:
    """Confirm that address as a council member."""
    invitation = name_member(cast)
    workflow.confirm_addresses([invitation.pk], by=act_as(cast.sam))
    return invitation


def refuse(cast: Cast) -> None:
    workflow.refuse_addresses([name_member(cast).pk], by=act_as(cast.sam))


def send_again(cast: Cast) -> None:
    """Send a confirmed invitation again, two hours after it went out."""
    invitation = confirm(cast)
    Invitation.objects.filter(pk=invitation.pk).update(confirmed_at=clock.now() - timedelta(hours=2))
    workflow.send_again(invitation, by=act_as(cast.ada))


def remind_of_factor(cast: Cast) -> None:
    workflow.remind_of_factor(cast.newt.user, by=act_as(cast.ada))


def revoke(cast: Cast) -> None:
    """Take back, as a single admin, what two people have confirmed."""
    workflow.revoke(confirm(cast), by=act_as(cast.abel))


def accept_as_member(cast: Cast) -> None:
    workflow.accept_invitation(confirm(cast), password=PASSWORD)


def accept_as_outsider(cast: Cast) -> None:
    invitation = workflow.invite(cast.nora, email="nora@example.net", by=act_as(cast.ada))
    workflow.accept_invitation(invitation, password=PASSWORD)


def accept_as_newcomer(cast: Cast) -> None:
    begin(cast.nora)
    workflow.accept_invitation(cast.nora.invitations.get(), password=PASSWORD)


def name_new_address(cast: Cast) -> None:
    workflow.note_address_change(claim_address(cast.mel, "mel@example.net"))


def stop_new_address(cast: Cast) -> None:
    workflow.stop_address_change(claim_address(cast.mel, "mel@example.net"))


def live_through(cast: Cast, word: Callable[[], str]) -> None:
    """Every mail about addresses, with `word()` in each field that only admins and the council read."""
    axel = make_member("Axel Asleep", RoleKind.ADMIN)
    give_login(axel)
    workflow.suspend(axel, word(), by=act_as(cast.ada))
    for person in (make_member(word(), github=""), make_member("Bo Member")):
        workflow.invite(person, email="bo@example.net", evidence=word(), by=act_as(cast.abel))
    waiting = [invitation.pk for invitation in Invitation.objects.to_confirm(clock.now())]
    workflow.confirm_addresses(waiting, by=act_as(cast.sam))
    give_login(bea := make_person("Bea Begins"), second_factor=False)
    workflow.remind_of_factor(bea.user, by=act_as(cast.abel))
    address = claim_address(axel, "axel@example.net")
    workflow.note_address_change(address)


Story = tuple[str, StrEnum, Callable[[Cast], object], dict[str, set[str]]]

STORIES: list[Story] = [
    (
        "invited, an outsider",
        AccountEvent.INVITED,
        lambda cast: workflow.invite(cast.nora, email="nora@example.net", by=act_as(cast.ada)),
        {Mail.INVITATION: {"nora@example.net"}, Mail.LOGIN_NEWS: _NOBODY, Mail.LOGIN_WATCH: _NOBODY},
    ),
    (
        "named, for a member",
        AccountEvent.INVITED,
        name_member,
        {Mail.INVITATION: _NOBODY, Mail.LOGIN_NEWS: WATCHERS, Mail.LOGIN_WATCH: _NOBODY},
    ),
    (
        "named, with an admin suspended",
        AccountEvent.INVITED,
        name_with_abel_suspended,
        {Mail.INVITATION: _NOBODY, Mail.LOGIN_NEWS: WATCHERS - {"abel"}, Mail.LOGIN_WATCH: {"abel"}},
    ),
    (
        "named by a list, one line",
        AccountEvent.INVITED,
        name_by_list,
        {Mail.INVITATION: _NOBODY, Mail.LOGIN_NEWS: _NOBODY, Mail.LOGIN_WATCH: _NOBODY},
    ),
    (
        "named by a list",
        AccountEvent.ADDRESSES_NAMED,
        name_by_list,
        {Mail.LOGIN_NEWS: WATCHERS, Mail.LOGIN_WATCH: _NOBODY},
    ),
    (
        "confirmed, one address",
        AccountEvent.INVITATION_CONFIRMED,
        confirm,
        {Mail.INVITATION: {"bob@example.net"}, Mail.KEY_OFFICE: _NOBODY},
    ),
    (
        "confirmed before the mail went",
        AccountEvent.INVITED,
        confirm,
        {Mail.INVITATION: _NOBODY, Mail.LOGIN_NEWS: WATCHERS, Mail.LOGIN_WATCH: _NOBODY},
    ),
    (
        "confirmed",
        AccountEvent.ADDRESSES_CONFIRMED,
        confirm,
        {Mail.LOGIN_NEWS: WATCHERS, Mail.LOGIN_WATCH: _NOBODY},
    ),
    ("sent again", AccountEvent.INVITATION_SENT_AGAIN, send_again, {Mail.INVITATION: {"bob@example.net"}}),
    ("a missing factor", AccountEvent.FACTOR_REMINDED, remind_of_factor, {Mail.SECOND_FACTOR: {"newt"}}),
    (
        "refused",
        AccountEvent.ADDRESSES_REFUSED,
        refuse,
        {Mail.LOGIN_NEWS: WATCHERS, Mail.LOGIN_WATCH: _NOBODY},
    ),
    (
        "revoked by one admin alone",
        AccountEvent.INVITATION_REVOKED,
        revoke,
        {Mail.LOGIN_NEWS: WATCHERS, Mail.LOGIN_WATCH: _NOBODY},
    ),
    (
        "accepted, an outsider",
        AccountEvent.INVITATION_ACCEPTED,
        accept_as_outsider,
        {Mail.LOGIN_NEWS: _NOBODY, Mail.LOGIN_WATCH: _NOBODY},
    ),
    (
        "accepted, a member without a login",
        AccountEvent.INVITATION_ACCEPTED,
        accept_as_member,
        {Mail.LOGIN_NEWS: WATCHERS, Mail.LOGIN_WATCH: _NOBODY},
    ),
    (
        "accepted, by somebody on the way in",
        AccountEvent.INVITATION_ACCEPTED,
        accept_as_newcomer,
        {Mail.LOGIN_NEWS: WATCHERS, Mail.LOGIN_WATCH: _NOBODY},
    ),
    ("a new address", AccountEvent.ADDRESS_CHANGE_ASKED, name_new_address, {Mail.ADDRESS_CHANGE: {"mel"}}),
    (
        "a new address, stopped",
        AccountEvent.ADDRESS_CHANGE_STOPPED,
        stop_new_address,
        {Mail.LOGIN_NEWS: {"ada", "abel"}},
    ),
]
