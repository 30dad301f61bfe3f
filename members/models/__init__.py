"""Who the portal knows (`person`), when they were on the team (`period`), how they sign in (`account`)."""

from members.models.account import Invitation, User
from members.models.period import Membership, MembershipBegan, MembershipEnded, Role, RoleKind
from members.models.person import Person

__all__ = [
    "Invitation",
    "Membership",
    "MembershipBegan",
    "MembershipEnded",
    "Person",
    "Role",
    "RoleKind",
    "User",
]
