"""What is known of the account behind a GitHub name."""

from enum import StrEnum


class AccountState(StrEnum):
    """The one state of a person's GitHub name; `queries.account_of` derives it."""

    NO_NAME = "no_name"
    NOT_ASKED = "not_asked"
    """Nobody has looked which account it is: not confirmed."""
    ABSENT = "absent"
    """GitHub has no personal account of this name: not confirmed."""
    TAKEN = "taken"
    """The account is on record for another person: not confirmed."""
    FOUND = "found"
    """GitHub has an account of this name, which an admin corrected: not confirmed until another one has looked."""
    OTHER = "other"
    """The name belongs to another account than the one on record."""
    CONFIRMED = "confirmed"
