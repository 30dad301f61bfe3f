"""The yearly inactivity review, and the work outside the portal that it counts."""

from members.inactivity.models.reviews import (
    InactivityReview,
    InactivityReviewQuerySet,
    ReviewDecision,
    ReviewEntry,
    ReviewEntryQuerySet,
)
from members.inactivity.models.work import ActivityNote, CoordinatorCredit, CreditSource

__all__ = [
    "ActivityNote",
    "CoordinatorCredit",
    "CreditSource",
    "InactivityReview",
    "InactivityReviewQuerySet",
    "ReviewDecision",
    "ReviewEntry",
    "ReviewEntryQuerySet",
]
