"""The kinds of events that nobody is written to about; every other kind has a route (`notifications.routes`)."""

from __future__ import annotations

from advisories.inbox.events import InboxEvent
from advisories.projects.events import ProjectEvent
from advisories.publication.events import AdvisoryEvent
from advisories.reports.events import ReportEvent
from audit.events import AuditEvent
from members.accounts.events import AccountEvent
from members.boarding.events import BoardingEvent
from members.bring_in.events import BringInEvent
from members.channels.events import ChannelEvent
from members.drift.events import DriftEvent
from members.github_accounts.events import GitHubAccountEvent
from members.inactivity.events import InactivityEvent
from members.people.events import PeopleEvent
from nominations.events import NominationEvent
from notifications.events import NotificationEvent

#: Nobody is written to about these.
SILENT: frozenset[str] = frozenset({
    AuditEvent.LOG_READ,
    InboxEvent.RECEIVED,  # admins are reminded once a day, and the dashboard counts what waits
    InboxEvent.READ,
    InboxEvent.FILED,  # what follows from each act is told once it can no longer be taken back
    InboxEvent.ADDED,
    InboxEvent.ANSWERED,
    InboxEvent.DISCARDED,
    InboxEvent.TAKEN_BACK,
    InboxEvent.NOTE_MADE,  # the note tells of itself
    InboxEvent.DELETED,
    ProjectEvent.BRANCHES_TAKEN,  # the operator takes them from the published release cycle; pages show their source
    ProjectEvent.POLICY_DISCARDED,
    ProjectEvent.POLICY_DRAFTED,
    ReportEvent.EMBARGO_SET,
    ReportEvent.MESSAGE_EDITED,  # the page says so, and keeps what it said before
    ReportEvent.OFFER_TAKEN_BACK,  # the page says so, and nothing is to be done
    AdvisoryEvent.IMPORTED,
    ReportEvent.REPORT_READ,
    ChannelEvent.ACCOUNT_NOTED,
    ChannelEvent.RETIRED,
    ChannelEvent.SAVED,
    DriftEvent.APPLY_CONFIRMED,
    DriftEvent.CHANGE_MADE,
    DriftEvent.CHECKED,
    DriftEvent.CHECK_REQUESTED,
    AccountEvent.FACTORS_REENCRYPTED,
    AccountEvent.INVITATION_REFUSED,  # ADDRESSES_REFUSED tells of all that one act refused
    AccountEvent.LOGIN_CHANGED,  # allauth tells the owner
    GitHubAccountEvent.LOOKED_UP,
    PeopleEvent.MEMBERSHIP_BEGAN,
    PeopleEvent.MEMBERSHIP_CORRECTED,
    PeopleEvent.MEMBERSHIP_ENDED,
    PeopleEvent.MEMBERSHIP_RECORDED,
    BoardingEvent.OFFBOARDING_STEP,
    BoardingEvent.ONBOARDING_CANCELLED,
    BoardingEvent.ONBOARDING_STEP,
    AccountEvent.OWN_DATA_EXPORTED,
    PeopleEvent.PERSON_ADDED,
    AccountEvent.PREFERENCES_CHANGED,
    BringInEvent.ROLE_SOURCED,
    AccountEvent.SESSIONS_ENDED,
    AccountEvent.SIGNED_IN,
    InactivityEvent.CREDITS_ASKED,
    InactivityEvent.CREDITS_READ,  # every day; the page says when
    InactivityEvent.ANNOUNCED,  # each notice is an event of its own
    NominationEvent.ANNULMENT_DROPPED,
    NominationEvent.CALENDAR_LINK_MADE,
    NominationEvent.COMMENT_TAKEN_BACK,
    NominationEvent.COUNCIL_TOLD,  # it is the mail itself
    NominationEvent.ENDORSED,
    NominationEvent.ENDORSEMENT_TAKEN_BACK,
    NominationEvent.COUNT_ACKNOWLEDGED,  # the page says so, and nothing waits for it
    NominationEvent.INTEREST_DECLARED,
    NominationEvent.INTEREST_TAKEN_BACK,
    NominationEvent.KEY_DESTROYED,
    NominationEvent.OFFICER_DISMISSED,  # the page says so, and nothing is to be done
    NominationEvent.TURNOUT_NOTED,
    NotificationEvent.DELIVERY_RETRIED,
    NotificationEvent.PAUSED,  # no mail would go out; RESUMED tells of it
})  # fmt: skip
