"""Who the portal knows, when they were on the team, how they sign in, come, go, and what is kept in step with it."""

from members.models.account import Invitation, User
from members.models.boarding import Offboarding, OffboardingStep, Onboarding, OnboardingStep, Suspension
from members.models.channel import Channel, ChannelAccount, ChannelKind
from members.models.document import Acceptance, DocumentKind, DocumentVersion
from members.models.drift import Change, ChangeAct, DriftCheck, Finding, FindingKind, FindingQuerySet, Reading
from members.models.period import Membership, MembershipBegan, MembershipEnded, Period, Precision, Role, RoleKind
from members.models.person import FormerGitHubName, Person, Preferences
from members.models.yearly import Answer, EntryDecision, ReportEntry, ReportGroup, Verdict, YearlyReport

__all__ = [
    "Acceptance",
    "Answer",
    "Change",
    "ChangeAct",
    "Channel",
    "ChannelAccount",
    "ChannelKind",
    "DocumentKind",
    "DocumentVersion",
    "DriftCheck",
    "EntryDecision",
    "Finding",
    "FindingKind",
    "FindingQuerySet",
    "FormerGitHubName",
    "Invitation",
    "Membership",
    "MembershipBegan",
    "MembershipEnded",
    "Offboarding",
    "OffboardingStep",
    "Onboarding",
    "OnboardingStep",
    "Period",
    "Person",
    "Precision",
    "Preferences",
    "Reading",
    "ReportEntry",
    "ReportGroup",
    "Role",
    "RoleKind",
    "Suspension",
    "User",
    "Verdict",
    "YearlyReport",
]
