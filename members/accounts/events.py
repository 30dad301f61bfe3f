"""Audit events about logins, invitations and suspensions.

The target is the row it happened to; a comment says which, where that is not plain.
"""

from enum import StrEnum


class AccountEvent(StrEnum):
    """Kinds of audit events about logins, invitations and suspensions."""

    ADDRESS_CHANGE_ASKED = "login:address_change_asked"
    ADDRESS_CHANGE_STOPPED = "login:address_change_stopped"
    ADDRESSES_CONFIRMED = "invitation:list_confirmed"
    ADDRESSES_NAMED = "invitation:list_named"
    ADDRESSES_REFUSED = "invitation:list_refused"
    FACTORS_REENCRYPTED = "login:factors_reencrypted"
    INVITATION_ACCEPTED = "invitation:accepted"
    INVITATION_CONFIRMED = "invitation:confirmed"
    INVITATION_REFUSED = "invitation:refused"
    INVITATION_REVOKED = "invitation:revoked"
    INVITATION_SENT_AGAIN = "invitation:sent_again"
    INVITED = "invitation:sent"
    FACTOR_REMINDED = "login:factor_reminded"
    LOGIN_CHANGED = "login:changed"
    OWN_DATA_EXPORTED = "person:exported"
    PREFERENCES_CHANGED = "person:preferences_changed"
    SESSIONS_ENDED = "login:sessions_ended"
    SIGNED_IN = "login:signed_in"
    SUSPENDED = "suspension:began"
    SUSPENSION_ENDED = "suspension:ended"


#: After these, whatever was handed out to be used without signing in ends: the login may have been in foreign hands.
ENDS_LINKS = frozenset({AccountEvent.LOGIN_CHANGED, AccountEvent.SESSIONS_ENDED})
