"""Audit events about people, memberships and roles.

The target is the row it happened to; a comment says which, where that is not plain.
"""

from enum import StrEnum


class PeopleEvent(StrEnum):
    """Kinds of audit events about people, memberships and roles."""

    GITHUB_RENAMED = "person:github_renamed"
    MEMBERSHIP_BEGAN = "membership:began"
    MEMBERSHIP_CORRECTED = "membership:corrected"
    MEMBERSHIP_ENDED = "membership:ended"
    MEMBERSHIP_RECORDED = "membership:recorded"  # one from before the portal
    PERSON_ADDED = "person:added"
    PERSON_CORRECTED = "person:corrected"
    RENAMED = "person:renamed"  # by themselves, or by an admin who corrected the record
    ROLE_BEGAN = "role:began"
    ROLE_ENDED = "role:ended"  # the person
    ROSTER_IMPORTED = "roster:imported"
