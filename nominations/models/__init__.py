"""Who is proposed (`nomination`), and what the team and the Steering Council decided (`vote`)."""

from nominations.models.nomination import Category, Nomination, Phase
from nominations.models.vote import Ballot, CouncilDecision, DecisionKind, RollEntry, SealedBallot, Vote

__all__ = [
    "Ballot",
    "Category",
    "CouncilDecision",
    "DecisionKind",
    "Nomination",
    "Phase",
    "RollEntry",
    "SealedBallot",
    "Vote",
]
