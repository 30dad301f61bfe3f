"""Who is proposed (`nomination`), what is said (`discussion`), the vote (`vote`), what ends it (`outcome`).

What the Steering Council decides without a vote of the members: `resolution`.
"""

from nominations.models.calendar import CalendarLink
from nominations.models.discussion import Comment, Endorsement, Interest, InterestKind
from nominations.models.nomination import Category, Nomination, Phase
from nominations.models.outcome import CouncilDecision, DecisionKind, Stop, StopKind
from nominations.models.resolution import Resolution, ResolutionKind
from nominations.models.vote import Ballot, Extension, Reminder, ReminderKind, RollEntry, SealedBallot, Vote

__all__ = [
    "Ballot",
    "CalendarLink",
    "Category",
    "Comment",
    "CouncilDecision",
    "DecisionKind",
    "Endorsement",
    "Extension",
    "Interest",
    "InterestKind",
    "Nomination",
    "Phase",
    "Reminder",
    "ReminderKind",
    "Resolution",
    "ResolutionKind",
    "RollEntry",
    "SealedBallot",
    "Stop",
    "StopKind",
    "Vote",
]
