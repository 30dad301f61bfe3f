"""Logins: invitations, addresses, second factors, suspensions, and resets."""

from __future__ import annotations

from members.accounts.events import AccountEvent
from members.resets.events import ResetEvent
from notifications import audiences as who
from notifications import contents as what
from notifications import targets
from notifications.enums import Mail
from notifications.mails import Route, attention, direct
from notifications.recipients import Audience

#: All admins and the whole council watch whom a login is bound to, the suspended ones by a mail without a page.
_TO_SUSPENDED_WATCHERS = direct(Mail.LOGIN_WATCH, who.accounts.suspended_watchers, what.members.roster_page)
_WATCHED = (
    Route(Mail.LOGIN_NEWS, who.accounts.watchers, what.members.addresses_page, opens_for=targets.ADDRESSES),
    _TO_SUSPENDED_WATCHERS,
)
_RESET_WATCHED = (
    Route(Mail.LOGIN_NEWS, who.accounts.watchers, what.members.resets_page, opens_for=targets.RESETS),
    _TO_SUSPENDED_WATCHERS,
)
_TO_SUSPENDED = direct(Mail.ACCESS_CHANGED, who.accounts.suspended, what.members.roster_page)
_OF_SUSPENSION = attention(
    who.people.others(who.accounts.who_end_suspensions),
    what.members.suspensions_page,
    opens_for=targets.SUSPENSIONS,
)


def _invitation_to(audience: Audience) -> Route:
    return direct(Mail.INVITATION, audience, what.members.invitation_page, what.members.invitation_facts)


ROUTES: dict[str, tuple[Route, ...]] = {
    AccountEvent.INVITED: (_invitation_to(who.accounts.invited_address), *_WATCHED),
    AccountEvent.INVITATION_CONFIRMED: (
        _invitation_to(who.accounts.confirmed_address),
        direct(
            Mail.KEY_OFFICE,
            who.nominations.confirmed_officer,
            what.nominations.confirmed_officers_page,
            what.nominations.confirmed_officers_facts,
        ),
    ),
    AccountEvent.INVITATION_ACCEPTED: _WATCHED,
    AccountEvent.INVITATION_REVOKED: _WATCHED,
    AccountEvent.INVITATION_SENT_AGAIN: (_invitation_to(who.accounts.open_address),),
    AccountEvent.FACTOR_REMINDED: (direct(Mail.SECOND_FACTOR, who.accounts.without_factor, what.members.factor_page),),
    AccountEvent.ADDRESSES_NAMED: _WATCHED,
    AccountEvent.ADDRESSES_CONFIRMED: _WATCHED,
    AccountEvent.ADDRESSES_REFUSED: _WATCHED,
    ResetEvent.RESET_ASKED: (
        direct(Mail.RESET_ASKED, who.resets.owner_to_stop, what.members.stop_reset_page, what.members.reset_facts),
        *_RESET_WATCHED,
    ),
    ResetEvent.RESET_PROPOSED: _RESET_WATCHED,
    ResetEvent.RESET_CONFIRMED: (
        direct(Mail.RESET_DONE, who.resets.reset_address, what.members.begin_anew_page, what.members.begin_anew_facts),
        direct(Mail.ACCESS_CHANGED, who.resets.dead_address, what.members.roster_page),
        *_RESET_WATCHED,
    ),
    ResetEvent.RESET_REFUSED: _RESET_WATCHED,
    ResetEvent.RESET_STOPPED: _RESET_WATCHED,
    AccountEvent.ADDRESS_CHANGE_ASKED: (
        direct(Mail.ADDRESS_CHANGE, who.accounts.old_address, what.members.stop_address_page),
    ),
    AccountEvent.ADDRESS_CHANGE_STOPPED: (
        Route(Mail.LOGIN_NEWS, who.people.admins, what.members.record_of_changed, opens_for=targets.PEOPLE),
    ),
    AccountEvent.SUSPENDED: (_TO_SUSPENDED, _OF_SUSPENSION),
    AccountEvent.SUSPENSION_ENDED: (_TO_SUSPENDED, _OF_SUSPENSION),
}
