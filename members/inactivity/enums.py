"""The phases of an inactivity review, and the values that its rows hold."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class ReviewPhase(StrEnum):
    """The phases of an inactivity review; `InactivityReview.phase` derives them."""

    ANNOUNCED = "announced"  # the notice runs, its links take answers
    DUE = "due"  # the notice is over, the lists are still to be made
    GENERATED = "generated"  # the lists are made, the Steering Council has not been told
    SENT = "sent"  # the Steering Council decides name by name
    DECIDED = "decided"  # nothing is left to decide in this review


class DecisionObstacle(StrEnum):
    """Why the Steering Council does not decide on a name; `policy.obstacle_to_decision` derives it."""

    SETTLED = "settled"  # a final decision is recorded
    LEFT = "left"  # the person is not a member any more
    NOT_SENT = "not_sent"  # the Steering Council has not been told
    SUPERSEDED = "superseded"  # a newer review was sent
    NOT_LISTED = "not_listed"  # the name is in no list that goes to the council for a decision


class ReviewGroup(models.TextChoices):
    """The list of a review in which somebody is placed; empty before the lists are made."""

    INACTIVE = "inactive", "Inactive"
    NOTED = "noted", "Active by a note"
    EXEMPT = "exempt", "Exempt by role"
    NEW = "new", "Too new"
    ANSWERED = "answered", "Answered the notice"
    ACTIVE = "active", "Active since the notice"
    GONE = "gone", "Left since the notice"


#: The groups with names on which the council decides. PEP 811 recommends to remove whom the first one names; the others
#: are set apart by rules of ours.
LISTED = (ReviewGroup.INACTIVE, ReviewGroup.NOTED, ReviewGroup.NEW, ReviewGroup.ANSWERED)


class NoticeAnswer(models.TextChoices):
    """The two answers to a notice."""

    ACTIVE = "active", "still active"
    RETIRE = "retire", "retires to emeritus"


class ReviewVerdict(models.TextChoices):
    """The decisions on a name that the review keeps; a removal is a council resolution, and no verdict of a review."""

    KEEP = "keep", "Keep"
    LATER = "later", "Decide later"
