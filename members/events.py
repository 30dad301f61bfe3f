"""What can happen to people, memberships and invitations, as the audit log names it."""

from enum import StrEnum


class MemberEvent(StrEnum):
    INVITATION_ACCEPTED = "invitation:accepted"
    INVITATION_REVOKED = "invitation:revoked"
    INVITED = "invitation:sent"
    LOGIN_CHANGED = "login:changed"
    MEMBERSHIP_BEGAN = "membership:began"
    MEMBERSHIP_ENDED = "membership:ended"
    PERSON_ADDED = "person:added"
    ROLE_BEGAN = "role:began"
    ROLE_ENDED = "role:ended"
    ROSTER_IMPORTED = "roster:imported"
    SIGNED_IN = "login:signed_in"
