"""The states of a person's sign-in, as admins who bring the team in see them."""

from __future__ import annotations

from enum import StrEnum


class SignInState(StrEnum):
    """How far somebody is on the way to a login that works; `queries.roster.sign_ins` derives it."""

    COMPLETE = "complete"  # a login with a second factor
    NO_FACTOR = "no factor"  # a login without a second factor opens nothing
    UNCONFIRMED = "unconfirmed"  # an address, or a login on one word, waits for a second person
    INVITED = "invited"  # the link was sent and works
    BOUNCED = "bounced"  # the mail server refused the mail with the link for good
    NOT_INVITED = "not invited"  # an address is on record, and no link works
    NO_ADDRESS = "no address"
    SUSPENDED = "suspended"


#: The states in which the next step is an admin's.
FOR_ADMINS = frozenset({SignInState.BOUNCED, SignInState.NOT_INVITED, SignInState.NO_ADDRESS})
#: The states in which somebody has been asked and not come in yet.
UNDER_WAY = frozenset({SignInState.NO_FACTOR, SignInState.UNCONFIRMED, SignInState.INVITED, SignInState.BOUNCED})
