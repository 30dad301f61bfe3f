"""Models of nominations, votes and what ends them."""

from nominations.models.ballots import Ballot, RollEntry, SealedBallot, roll_hash
from nominations.models.calendar import CalendarLink
from nominations.models.discussion import Comment, Endorsement, Interest, InterestKind
from nominations.models.mail import CouncilTold, Reminder, ReminderKind
from nominations.models.nomination import (
    COUNTED,
    DISCUSSED,
    PASSED,
    STOPPED,
    Category,
    Newcomer,
    Nomination,
    NominationQuerySet,
    Phase,
)
from nominations.models.office import KeyOffice
from nominations.models.outcome import CouncilDecision, DecisionKind, RefusedAnnulment, RefusedVeto, Stop, StopKind
from nominations.models.resolution import TAKES_POWER, Resolution, ResolutionKind, ResolutionPhase
from nominations.models.vote import Extension, Vote

__all__ = [
    "COUNTED",
    "DISCUSSED",
    "PASSED",
    "STOPPED",
    "TAKES_POWER",
    "Ballot",
    "CalendarLink",
    "Category",
    "Comment",
    "CouncilDecision",
    "CouncilTold",
    "DecisionKind",
    "Endorsement",
    "Extension",
    "Interest",
    "InterestKind",
    "KeyOffice",
    "Newcomer",
    "Nomination",
    "NominationQuerySet",
    "Phase",
    "RefusedAnnulment",
    "RefusedVeto",
    "Reminder",
    "ReminderKind",
    "Resolution",
    "ResolutionKind",
    "ResolutionPhase",
    "RollEntry",
    "SealedBallot",
    "Stop",
    "StopKind",
    "Vote",
    "roll_hash",
]
