"""Which events the page of the audit log shows, each with its sentence, and which it withholds, each with the reason.

Every kind of every app is in one of the two tables; a test fails for a new kind that is in neither. Before one goes
into `SHOWN`: its reader is any admin, and may be somebody whom the event is about. A sentence is made of names,
numbers and the words below. No title, text, choice, address or reason is in any, and reports are named by their number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, TextChoices

from advisories.inbox.events import InboxEvent
from advisories.projects.events import ProjectEvent
from advisories.projects.models import Branch, PolicyVersion, Project
from advisories.publication.events import AdvisoryEvent
from advisories.reports.events import ReportEvent
from advisories.reports.models import Report
from audit.events import AuditEvent
from members.accounts.events import AccountEvent
from members.accounts.models import Invitation, User
from members.boarding.events import BoardingEvent
from members.boarding.models import Checklist, Memorial
from members.bring_in.events import BringInEvent
from members.channels.events import ChannelEvent
from members.channels.models import Channel
from members.documents.events import DocumentEvent
from members.documents.models import Acceptance, DocumentVersion
from members.drift.events import DriftEvent
from members.github_accounts.events import GitHubAccountEvent
from members.inactivity.events import InactivityEvent
from members.inactivity.models import ActivityNote, ReviewDecision, ReviewEntry
from members.people.events import PeopleEvent
from members.people.models import Membership, Person, Role, RoleKind, Suspension
from members.resets.events import ResetEvent
from nominations.events import NominationEvent
from nominations.models import Nomination, Resolution, ResolutionKind, Vote
from notifications.events import NotificationEvent


class Group(TextChoices):
    """What an event is about: the page can be filtered by it."""

    ACCESS = "access", "Access"
    ADVISORIES = "advisories", "Advisories"
    LOG = "log", "Audit log"
    CHANNELS = "channels", "Channels"
    COUNCIL = "council", "Council"
    DOCUMENTS = "documents", "Documents"
    REVIEW = "review", "Inactivity review"
    MAIL = "mail", "Mail"
    MEMBERSHIP = "membership", "Membership"
    REPORTS = "reports", "Reports"
    VOTES = "votes", "Votes"


@dataclass(frozen=True)
class Sentence:
    """The sentence of one kind of event."""

    group: Group
    text: str
    """With the places ``{by}`` for who acted, those of `things`, and those of `wording`."""
    things: Mapping[str, tuple[type[Model], str]] = field(default_factory=dict)
    """By place: a model, and the key of the event's data that holds the id; without a key the event's target."""
    wording: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)
    """By place, which is a key of the event's data too: the words for each value; ``None`` for every other one."""


def _of(model: type[Model], group: Group, text: str, **more: Any) -> Sentence:
    """Return a sentence in which ``{it}`` is the event's target."""
    return Sentence(group, text, {"it": (model, ""), **more.pop("things", {})}, **more)


def _reset(text: str) -> Sentence:
    return Sentence(Group.ACCESS, text, {"it": (Person, "person")})


def _votes(text: str, model: type[Model] = Vote, group: Group = Group.VOTES) -> Sentence:
    return _of(model, group, text)


def _report(text: str, **more: Any) -> Sentence:
    return _of(Report, Group.REPORTS, text, **more)


def _inbox(text: str) -> Sentence:
    return Sentence(Group.REPORTS, text)


def _advisory(text: str) -> Sentence:
    return Sentence(Group.ADVISORIES, text, {"report": (Report, "report")})


#: What allauth calls the changes of a login, in words.
_LOGIN = {
    "account_connected": "connected GitHub to their login",
    "account_disconnected": "disconnected GitHub from their login",
    "email_changed": "changed the address of their login",
    "email_confirm": "confirmed an address of their login",
    "email_deleted": "removed an address from their login",
    "password_changed": "changed their password",
    "password_reset": "reset their password",
    "password_set": "set a password",
    "recovery_codes_generated": "made new recovery codes",
    "totp_activated": "added an authenticator app",
    "totp_deactivated": "removed their authenticator app",
    "webauthn_added": "added a passkey",
    "webauthn_removed": "removed a passkey",
    None: "changed their login",
}
_ROLE: Mapping[str, Mapping[Any, str]] = {"role": {**dict(RoleKind.choices), None: "of the team"}}
_STEP = {"done": {True: "ticked off", None: "took back"}}
_CHANNEL = {"channel": (Channel, "channel")}
_RESOLVED = {
    "resolved": {
        ResolutionKind.DESIGNATE_ADMIN: "to make {it} an admin",
        ResolutionKind.RELEASE_ADMIN: "to release {it} as an admin",
        ResolutionKind.REMOVE_MEMBER: "to remove {it} from the team",
        ResolutionKind.RETURN_MEMBER: "to let {it} come back",
        None: "on {it}",
    },
    "carries": {True: "which carried", None: "which did not carry"},
}

SHOWN: dict[str, Sentence] = {
    # -- access
    AccountEvent.INVITED: _of(Invitation, Group.ACCESS, "{by} invited {it}"),
    AccountEvent.INVITATION_ACCEPTED: Sentence(Group.ACCESS, "{by} accepted the invitation to the portal"),
    AccountEvent.INVITATION_REVOKED: _of(Invitation, Group.ACCESS, "{by} revoked the invitation of {it}"),
    AccountEvent.INVITATION_SENT_AGAIN: _of(Invitation, Group.ACCESS, "{by} sent the invitation of {it} again"),
    AccountEvent.FACTOR_REMINDED: _of(User, Group.ACCESS, "{by} reminded {it} to add a second factor"),
    AccountEvent.LOGIN_CHANGED: _of(User, Group.ACCESS, "{it} {change}", wording={"change": _LOGIN}),
    AccountEvent.OWN_DATA_EXPORTED: Sentence(Group.ACCESS, "{by} downloaded what the portal knows of them"),
    AccountEvent.INVITATION_CONFIRMED: _of(Invitation, Group.ACCESS, "{by} confirmed the address for {it}"),
    AccountEvent.INVITATION_REFUSED: _of(Invitation, Group.ACCESS, "{by} refused the address for {it}"),
    AccountEvent.ADDRESSES_NAMED: Sentence(Group.ACCESS, "{by} handed in a list of addresses"),
    AccountEvent.ADDRESSES_CONFIRMED: Sentence(Group.ACCESS, "{by} confirmed addresses that waited"),
    AccountEvent.ADDRESSES_REFUSED: Sentence(Group.ACCESS, "{by} refused addresses that waited"),
    AccountEvent.ADDRESS_CHANGE_ASKED: _of(User, Group.ACCESS, "{it} asked to change the address of their login"),
    AccountEvent.ADDRESS_CHANGE_STOPPED: _of(User, Group.ACCESS, "{it} stopped a change of their address"),
    ResetEvent.RESET_ASKED: _reset("{by} asked for a reset of the login of {it}"),
    ResetEvent.RESET_PROPOSED: _reset("{by} proposed to reset the login of {it}"),
    ResetEvent.RESET_CONFIRMED: _reset("{by} reset the login of {it}"),
    ResetEvent.RESET_REFUSED: _reset("{by} refused to reset the login of {it}"),
    ResetEvent.RESET_STOPPED: _reset("{by} stopped the reset of the login of {it}"),
    AccountEvent.FACTORS_REENCRYPTED: Sentence(Group.ACCESS, "{by} moved second factors to a new key"),
    AccountEvent.SESSIONS_ENDED: Sentence(Group.ACCESS, "{by} ended the other sessions of their login"),
    AccountEvent.SUSPENDED: _of(Suspension, Group.ACCESS, "{by} suspended {it}"),
    AccountEvent.SUSPENSION_ENDED: _of(Suspension, Group.ACCESS, "{by} ended the suspension of {it}"),
    # -- membership
    GitHubAccountEvent.LOOKED_UP: _of(Person, Group.MEMBERSHIP, "{by} looked up the GitHub account of {it}"),
    PeopleEvent.GITHUB_RENAMED: _of(Person, Group.MEMBERSHIP, "{by} noted a new GitHub name of {it}"),
    PeopleEvent.MEMBERSHIP_BEGAN: _of(Membership, Group.MEMBERSHIP, "{by} began the membership of {it}"),
    PeopleEvent.MEMBERSHIP_CORRECTED: _of(Membership, Group.MEMBERSHIP, "{by} corrected a membership of {it}"),
    PeopleEvent.MEMBERSHIP_ENDED: _of(Membership, Group.MEMBERSHIP, "{by} ended the membership of {it}"),
    PeopleEvent.MEMBERSHIP_RECORDED: _of(Membership, Group.MEMBERSHIP, "{by} recorded an earlier membership of {it}"),
    PeopleEvent.PERSON_ADDED: _of(Person, Group.MEMBERSHIP, "{by} added {it} to the people on record"),
    PeopleEvent.PERSON_CORRECTED: _of(Person, Group.MEMBERSHIP, "{by} corrected the record of {it}"),
    PeopleEvent.RENAMED: _of(Person, Group.MEMBERSHIP, "{by} changed the name of {it}"),
    BringInEvent.ROLE_SOURCED: _of(
        Role, Group.MEMBERSHIP, "{by} recorded what the role {role} of {it} rests on", wording=_ROLE
    ),
    PeopleEvent.ROLE_BEGAN: _of(Role, Group.MEMBERSHIP, "{by} recorded that {it} has the role {role}", wording=_ROLE),
    PeopleEvent.ROLE_ENDED: _of(
        Person, Group.MEMBERSHIP, "{by} recorded that {it} left the role {role}", wording=_ROLE
    ),
    PeopleEvent.ROSTER_IMPORTED: Sentence(Group.MEMBERSHIP, "{by} imported the roster"),
    BoardingEvent.ONBOARDING_BEGAN: _of(Checklist, Group.MEMBERSHIP, "{by} began the onboarding of {it}"),
    BoardingEvent.ONBOARDING_CANCELLED: _of(Checklist, Group.MEMBERSHIP, "{by} cancelled the onboarding of {it}"),
    BoardingEvent.ONBOARDING_COMPLETED: _of(Checklist, Group.MEMBERSHIP, "{by} completed the onboarding of {it}"),
    BoardingEvent.ONBOARDING_REMINDED: _of(Checklist, Group.MEMBERSHIP, "{by} reminded of the onboarding of {it}"),
    BoardingEvent.ONBOARDING_STEP: _of(
        Checklist, Group.MEMBERSHIP, "{by} {done} {channel} for {it}, who joins", things=_CHANNEL, wording=_STEP
    ),
    BoardingEvent.MEMORIAL_RECORDED: _of(Memorial, Group.MEMBERSHIP, "{by} recorded that {it} has died"),
    BoardingEvent.MEMORIAL_CONFIRMED: _of(Memorial, Group.MEMBERSHIP, "{by} confirmed that {it} has died"),
    BoardingEvent.MEMORIAL_UNDONE: _of(Memorial, Group.MEMBERSHIP, "{by} undid the record that {it} has died"),
    BoardingEvent.OFFBOARDING_BEGAN: _of(Checklist, Group.MEMBERSHIP, "{by} began the offboarding of {it}"),
    BoardingEvent.OFFBOARDING_FINISHED: _of(Checklist, Group.MEMBERSHIP, "{by} finished the offboarding of {it}"),
    BoardingEvent.OFFBOARDING_REMINDED: _of(Checklist, Group.MEMBERSHIP, "{by} reminded of the offboarding of {it}"),
    BoardingEvent.OFFBOARDING_STEP: _of(
        Checklist, Group.MEMBERSHIP, "{by} {done} {channel} for {it}, who leaves", things=_CHANNEL, wording=_STEP
    ),
    # -- documents
    DocumentEvent.ACCEPTED: _of(Acceptance, Group.DOCUMENTS, "{by} accepted {it}"),
    DocumentEvent.PUBLISHED: _of(DocumentVersion, Group.DOCUMENTS, "{by} published {it}"),
    DocumentEvent.REMINDED: _of(DocumentVersion, Group.DOCUMENTS, "{by} reminded members to accept {it}"),
    # -- projects
    ProjectEvent.PROJECT_SAVED: _of(Project, Group.ADVISORIES, "{by} changed the project {it}"),
    ProjectEvent.BRANCH_SAVED: _of(Branch, Group.ADVISORIES, "{by} changed the branch {it}"),
    ProjectEvent.BRANCHES_TAKEN: _of(Project, Group.ADVISORIES, "{by} took the branches of {it} from a release cycle"),
    ProjectEvent.POLICY_DRAFTED: Sentence(Group.ADVISORIES, "{by} edited the draft of the security policy"),
    ProjectEvent.POLICY_DISCARDED: Sentence(Group.ADVISORIES, "{by} threw the draft of the security policy away"),
    ProjectEvent.POLICY_PUBLISHED: _of(PolicyVersion, Group.ADVISORIES, "{by} published {it}"),
    # -- channels
    ChannelEvent.ACCOUNT_NOTED: _of(
        Person, Group.CHANNELS, "{by} noted the account of {it} in {channel}", things=_CHANNEL
    ),
    ChannelEvent.RETIRED: _of(Channel, Group.CHANNELS, "{by} retired the channel {it}"),
    ChannelEvent.SAVED: _of(Channel, Group.CHANNELS, "{by} changed the channel {it}"),
    DriftEvent.APPLY_CONFIRMED: Sentence(Group.CHANNELS, "{by} confirmed changes in the channels"),
    DriftEvent.CHANGED: Sentence(Group.CHANNELS, "{by} checked the channels and found new differences"),
    DriftEvent.CHANGE_FAILED: Sentence(Group.CHANNELS, "{by} could not change an account in {channel}", _CHANNEL),
    DriftEvent.CHANGE_MADE: Sentence(Group.CHANNELS, "{by} changed an account in {channel}", _CHANNEL),
    DriftEvent.CHECKED: Sentence(Group.CHANNELS, "{by} checked the channels"),
    DriftEvent.CHECK_REQUESTED: Sentence(Group.CHANNELS, "{by} asked for a check of the channels"),
    # -- the inactivity review
    InactivityEvent.ACTIVITY_NOTED: _of(ActivityNote, Group.REVIEW, "{by} noted work of {it} outside the portal"),
    InactivityEvent.ANNOUNCED: Sentence(Group.REVIEW, "{by} announced the inactivity review"),
    InactivityEvent.ANSWERED: _of(ReviewEntry, Group.REVIEW, "{by} recorded the answer of {it}"),
    InactivityEvent.CREDITS_ASKED: Sentence(Group.REVIEW, "{by} asked for the coordinator credits on GitHub"),
    InactivityEvent.CREDITS_READ: Sentence(Group.REVIEW, "{by} read the coordinator credits on GitHub"),
    InactivityEvent.DECIDED: _of(ReviewDecision, Group.REVIEW, "{by} recorded the council’s decision on {it}"),
    InactivityEvent.GENERATED: Sentence(Group.REVIEW, "{by} made the lists of the inactivity review"),
    InactivityEvent.NOTE_WITHDRAWN: _of(ActivityNote, Group.REVIEW, "{by} withdrew a note on the work of {it}"),
    InactivityEvent.NOTICED: _of(ReviewEntry, Group.REVIEW, "{by} asked {it} whether they are active"),
    InactivityEvent.REMINDED: _of(ReviewEntry, Group.REVIEW, "{by} asked {it} once more whether they are active"),
    InactivityEvent.SENT: Sentence(Group.REVIEW, "{by} sent the inactivity review to the Steering Council"),
    # -- nominations and votes: never on the page of who is nominated (`reading`)
    NominationEvent.PROPOSED: _votes("{by} nominated {it}", Nomination),
    NominationEvent.ASKED_AGAIN: _votes("{by} asked {it} again for an answer", Nomination),
    NominationEvent.CONSENTED: _votes("{it} accepted the nomination", Nomination),
    NominationEvent.DECLINED: _votes("{it} declined the nomination", Nomination),
    NominationEvent.WITHDRAWN: _votes("{by} withdrew the nomination of {it}", Nomination),
    NominationEvent.COMMENTED: _votes("{by} commented on the nomination of {it}", Nomination),
    NominationEvent.COMMENT_TAKEN_BACK: _votes("{by} took back a comment on the nomination of {it}", Nomination),
    NominationEvent.ENDORSED: _votes("{by} endorsed the nomination of {it}", Nomination),
    NominationEvent.ENDORSEMENT_TAKEN_BACK: _votes("{by} no longer endorses the nomination of {it}", Nomination),
    NominationEvent.INTEREST_DECLARED: _votes("{by} declared an interest in the nomination of {it}", Nomination),
    NominationEvent.INTEREST_TAKEN_BACK: _votes("{by} took back an interest in the nomination of {it}", Nomination),
    NominationEvent.OFFICER_ASKED: _votes("{by} asked an officer to keep the key of the vote on {it}", Nomination),
    NominationEvent.OFFICER_DISMISSED: _votes("{by} dropped the officer for the vote on {it}", Nomination),
    NominationEvent.OFFICE_ACCEPTED: _votes("{by} accepted to keep the key of the vote on {it}", Nomination),
    NominationEvent.OFFICE_GIVEN_BACK: _votes("{by} gave back the key office of the vote on {it}", Nomination),
    NominationEvent.OPENED: _votes("{by} opened the vote on {it}"),
    NominationEvent.EXTENDED: _votes("{by} extended the vote on {it}"),
    NominationEvent.VOTERS_REMINDED: _votes("{by} reminded whoever has not voted on {it}"),
    NominationEvent.COUNT_DUE: _votes("{by} told the officer that the vote on {it} can be counted"),
    NominationEvent.CLOSED: _votes("{by} closed the vote on {it} and counted it"),
    NominationEvent.COUNT_ACKNOWLEDGED: _votes("{by} acknowledged the count of the vote on {it}"),
    NominationEvent.KEY_DESTROYED: _votes("{by} destroyed the key of the vote on {it}"),
    NominationEvent.TURNOUT_NOTED: _votes("{by} added a note on the turnout of the vote on {it}"),
    NominationEvent.CANCELLED: _votes("{by} cancelled the vote on {it}", Nomination),
    NominationEvent.ANNULMENT_ASKED: _votes("{by} asked a second admin to annul the vote on {it}", Nomination),
    NominationEvent.ANNULMENT_DROPPED: _votes("{by} dropped the request to annul the vote on {it}", Nomination),
    NominationEvent.ANNULLED: _votes("{by} annulled the vote on {it}", Nomination),
    NominationEvent.CONFIRMED: _votes("{by} confirmed the membership of {it}", Nomination),
    # -- the Steering Council
    NominationEvent.COUNCIL_TOLD: _votes("{by} told the council that the vote on {it} has passed", group=Group.COUNCIL),
    NominationEvent.COUNCIL_UNTOLD: _votes("{by} could not tell the council of the vote on {it}", group=Group.COUNCIL),
    NominationEvent.COUNCIL_REMINDED: _votes("{by} reminded the council of the vote on {it}", group=Group.COUNCIL),
    NominationEvent.VETO_LAPSED: _votes("{by} ended the veto window of the vote on {it}", group=Group.COUNCIL),
    NominationEvent.VETO_RECORDED: _votes("{by} recorded a veto against {it}", group=Group.COUNCIL),
    NominationEvent.VETO_CONFIRMED: _votes("{by} confirmed the veto against {it}", group=Group.COUNCIL),
    NominationEvent.VETO_REFUSED: _votes("{by} refused to confirm the veto against {it}", group=Group.COUNCIL),
    NominationEvent.VETO_WAITS: _votes("{by} reminded the council of the veto against {it}", group=Group.COUNCIL),
    NominationEvent.NO_VETO_RECORDED: _votes("{by} recorded that there is no veto against {it}", group=Group.COUNCIL),
    NominationEvent.RESOLUTION_RECORDED: _of(
        Resolution, Group.COUNCIL, "{by} recorded a decision {resolved}, {carries}", wording=_RESOLVED
    ),
    NominationEvent.RESOLUTION_EFFECTIVE: _of(Resolution, Group.COUNCIL, "{by} put the decision on {it} into effect"),
    NominationEvent.RESOLUTION_OBJECTED: _of(Resolution, Group.COUNCIL, "{by} objected to the decision on {it}"),
    NominationEvent.RESOLUTION_BLOCKED: _of(
        Resolution, Group.COUNCIL, "{by} could not put the decision on {it} into effect"
    ),
    # -- reports, by number
    ReportEvent.REPORT_RECEIVED: _report("{by} handed in {it}"),
    ReportEvent.REPORT_READ: _report("{by} read {it}"),
    ReportEvent.COORDINATOR_TOOK: _report("{by} became the coordinator of {it}"),
    ReportEvent.HANDED_OVER: _report("{by} took {it} over from {before}", things={"before": (Person, "before")}),
    ReportEvent.HANDOVER_OFFERED: _report("{by} offered {it} to {to}", things={"to": (Person, "to")}),
    ReportEvent.HANDOVER_DECLINED: _report("{by} declined {it} and named {to}", things={"to": (Person, "to")}),
    ReportEvent.OFFER_TAKEN_BACK: _report("{by} took the offer of {it} to {to} back", things={"to": (Person, "to")}),
    ReportEvent.OFFER_ENDED: _report("{by} ended the offer of {it} to {to}", things={"to": (Person, "to")}),
    ReportEvent.FACTS_CORRECTED: _report("{by} corrected facts of {it}"),
    ReportEvent.SPLIT: _report("{by} split {it} into two: {part}", things={"part": (Report, "part")}),
    ReportEvent.DETERMINED: _report("{by} determined {it}"),
    ReportEvent.FORWARD_ENDED: _report("{by} noted how the forwarding of {it} ended"),
    ReportEvent.UNDONE: _report("{by} undid the closing of {it}"),
    ReportEvent.OUTCOME_TOLD: _report("{by} told the reporter of {it} what it is"),
    ReportEvent.RELEASED: _report("{by} told the reporter of {it} that its original is public"),
    ReportEvent.REOPENED: _report("{by} reopened {it}"),
    ReportEvent.EMBARGO_SET: _report("{by} set the embargo of {it}"),
    ReportEvent.REPORTER_WROTE: _report("{by} answered in {it}"),
    ReportEvent.MESSAGE_SENT: _report("{by} wrote to the reporter of {it}"),
    ReportEvent.MESSAGE_EDITED: _report("{by} edited a message in {it}"),
    ReportEvent.NOTE_WRITTEN: _report("{by} wrote a note in {it}"),
    # -- incoming mail, of which nothing is named
    InboxEvent.RECEIVED: _inbox("{by} took in a message to the team"),
    InboxEvent.READ: _inbox("{by} read a message to the team"),
    InboxEvent.FILED: _inbox("{by} decided to file a message as a report"),
    InboxEvent.ADDED: _inbox("{by} decided to add a message to a report"),
    InboxEvent.ANSWERED: _inbox("{by} decided to answer a message to the team"),
    InboxEvent.DISCARDED: _inbox("{by} discarded a message to the team without a reply"),
    InboxEvent.TAKEN_BACK: _inbox("{by} let a message to the team wait again"),
    InboxEvent.REPORT_MADE: _inbox("{by} filed a message as a report"),
    InboxEvent.NOTE_MADE: _inbox("{by} added a message to a report"),
    InboxEvent.ANSWER_SENT: _inbox("{by} answered a message to the team"),
    InboxEvent.REMINDED: _inbox("{by} reminded the admins of mail in the inbox"),
    InboxEvent.DELETED: _inbox("{by} deleted old messages from the inbox"),
    # -- advisories, by the number of their report
    AdvisoryEvent.DRAFT_STARTED: _advisory("{by} started the advisory of {report}"),
    AdvisoryEvent.DRAFT_EDITED: _advisory("{by} edited the advisory of {report}"),
    AdvisoryEvent.APPROVED: _advisory("{by} approved the advisory of {report}"),
    AdvisoryEvent.PUBLISHED: _advisory("{by} published the advisory of {report}"),
    AdvisoryEvent.IMPORTED: Sentence(Group.ADVISORIES, "{by} imported published advisories"),
    # -- the portal itself
    NotificationEvent.DELIVERY_RETRIED: Sentence(Group.MAIL, "{by} asked for a failed mail to be tried again"),
    NotificationEvent.PAUSED: Sentence(Group.MAIL, "{by} paused all mail on the server"),
    NotificationEvent.RESUMED: Sentence(Group.MAIL, "{by} resumed all mail on the server"),
    AuditEvent.CHECKPOINT_KEPT: Sentence(Group.LOG, "{by} verified the log and kept a checkpoint"),
    AuditEvent.CHECKPOINT_FAILED: Sentence(Group.LOG, "{by} could not keep a checkpoint of the log"),
    AuditEvent.VERIFICATION_FAILED: Sentence(Group.LOG, "{by} found differences in the log"),
    AuditEvent.RESTORED: Sentence(Group.LOG, "{by} restored the portal from a backup"),
    AuditEvent.LOG_READ: Sentence(Group.LOG, "{by} read this log"),
}

#: Kinds that the page never shows, and why.
WITHHELD: dict[str, str] = {
    NominationEvent.BALLOT_RECORDED: "It says who has voted, which nobody sees before the close, and when, which could "
    "be compared with other traces after it.",
    AccountEvent.SIGNED_IN: "A session is shorter than a vote: who has not signed in since it opened has not voted.",
    AccountEvent.PREFERENCES_CHANGED: "It concerns nobody but the person.",
    NominationEvent.CALENDAR_LINK_MADE: "It concerns nobody but the person.",
}


def kinds_of(group: Group) -> list[str]:
    """Return the kinds of events of a group."""
    return [kind for kind, sentence in SHOWN.items() if sentence.group == group]
