"""The models of this app."""

from members.people.models.period import (
    AUTHORITY_MOST,
    Membership,
    MembershipBegan,
    MembershipEnded,
    Period,
    Precision,
    Role,
    RoleKind,
    Span,
    emeritus_on,
)
from members.people.models.person import RESERVED_SLUGS, Day, FormerGitHubName, Person, PersonQuerySet, Preferences
from members.people.models.suspension import Suspension

__all__ = [
    "AUTHORITY_MOST",
    "RESERVED_SLUGS",
    "Day",
    "FormerGitHubName",
    "Membership",
    "MembershipBegan",
    "MembershipEnded",
    "Period",
    "Person",
    "PersonQuerySet",
    "Precision",
    "Preferences",
    "Role",
    "RoleKind",
    "Span",
    "Suspension",
    "emeritus_on",
]
