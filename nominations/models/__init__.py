"""Models of nominations, votes and what ends them."""

from nominations.models.calendar import CalendarLink
from nominations.models.discussion import Comment, Endorsement, Interest, InterestKind
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
from nominations.models.outcome import CouncilDecision, DecisionKind, RefusedAnnulment, RefusedVeto, Stop, StopKind
from nominations.models.resolution import TAKES_POWER, Resolution, ResolutionKind, ResolutionPhase
from nominations.models.vote import (
    Ballot,
    CouncilTold,
    Extension,
    KeyOffice,
    Reminder,
    ReminderKind,
    RollEntry,
    SealedBallot,
    Vote,
    roll_hash,
)

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
