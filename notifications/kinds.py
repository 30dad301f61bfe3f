"""Every kind of mail, in one table: its subject, its topic, and what people may choose of it.

Subjects, bodies of mails without facts, digests, the page of notifications, the list of what was sent and docs/mail.md
are made from it. A title says the kind of thing that happened and never which one, to whom or how it ended: it stands
in the subject, which mail servers and locked screens show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from advisories.inbox.events import InboxEvent
from advisories.projects.events import ProjectEvent
from advisories.publication.events import AdvisoryEvent
from advisories.reports.events import ReportEvent
from members.accounts.events import AccountEvent
from members.boarding.events import BoardingEvent
from members.documents.events import DocumentEvent
from members.drift.events import DriftEvent
from members.inactivity.events import InactivityEvent
from members.people.events import PeopleEvent
from members.people.permissions import Who
from members.people.policy import MEMBER, STEERING
from members.resets.events import ResetEvent
from nominations.events import NominationEvent
from notifications.enums import Mail, Rhythm, Topic


@dataclass(frozen=True)
class TopicTraits:
    """What the page of notifications says of a topic, and what can be chosen for it."""

    examples: str
    news: str
    """What a digest's subject calls it. Not how many there are: that is private."""
    who: Who = MEMBER | STEERING
    """Who may get mail of it; nobody else is offered the choice."""
    rhythms: tuple[Rhythm, ...] = (Rhythm.AT_ONCE,)
    is_duty_of_admins: bool = False
    """Admins cannot switch it off: somebody has to look."""

    @property
    def is_required(self) -> bool:
        """Whether nobody can switch it off."""
        return Rhythm.OFF not in self.rhythms

    def rhythms_for(self, *, is_admin: bool) -> tuple[Rhythm, ...]:
        """Return what somebody may choose."""
        is_duty = self.is_duty_of_admins and is_admin
        return tuple(rhythm for rhythm in self.rhythms if not (is_duty and rhythm is Rhythm.OFF))

    def rhythm(self, chosen: str | None, *, is_admin: bool) -> Rhythm:
        """Return how soon mail of it goes to somebody who has chosen this, or nothing.

        A choice that is no longer theirs is the nearest one that is: an admin who had it off gets it once a day.
        """
        possible = self.rhythms_for(is_admin=is_admin)
        if chosen is None or chosen in possible:
            return Rhythm(chosen or Rhythm.AT_ONCE)
        return possible[-1]


_AT_ONCE_OR_DAILY = (Rhythm.AT_ONCE, Rhythm.DAILY)
_ANY = (*_AT_ONCE_OR_DAILY, Rhythm.OFF)

#: In the order of the page. What a person alone could hide by switching it off in somebody's session comes at once:
#: emergencies, one's own account, acts of power; and votes, because their mails are evidence that each voter keeps.
TOPICS: Mapping[Topic, TopicTraits] = {
    Topic.EMERGENCIES: TopicTraits("a suspension, a failed check of the audit log, a restored backup", "emergencies"),
    Topic.ACCOUNT: TopicTraits("your access, address, second factor and name", "your account"),
    Topic.POWER: TopicTraits(
        "logins of the team, council decisions, seats, names, the yearly list of the inactive", "acts of power"
    ),
    Topic.VOTES: TopicTraits("opened, extended, closed, the veto window, your ballot, a key you keep", "votes"),
    Topic.NOMINATIONS: TopicTraits(
        "ready for its vote, withdrawn, cancelled, annulled, decided", "nominations", rhythms=_AT_ONCE_OR_DAILY
    ),
    Topic.REPORTS: TopicTraits(
        "offered to you, answers, notes, corrections, your draft approved", "your reports", MEMBER, _AT_ONCE_OR_DAILY
    ),
    Topic.WORK: TopicTraits(
        "onboarding, offboarding, checks, reviews, responsibilities to accept", "work", rhythms=_AT_ONCE_OR_DAILY
    ),
    Topic.COMMENTS: TopicTraits("on what you proposed", "comments", MEMBER, _ANY),
    Topic.NEW_REPORTS: TopicTraits(
        "nobody coordinates them yet; drafts that need a second member", "new reports", MEMBER, _ANY, True
    ),
    Topic.NEWS: TopicTraits("somebody joined, an advisory was published", "team news", MEMBER, _ANY),
}


@dataclass(frozen=True)
class NewsKind:
    """One kind of news, as mails and pages name it."""

    title: str
    """The subject, without the number of a vote and without the day."""
    topic: Topic | None
    """None for people without a login, and for addresses that are no person's: they have no choice."""
    until: str = ""
    """The words before the day in the subject; the fact `until` of the mail has the day."""
    to_do: str = ""
    """What the mail asks, in one sentence, where its body is made from this table."""
    is_mutable: bool = False
    """Asks for nothing, and tells of no act of power: left out for people who have muted the nomination."""
    has_own_subject: bool = False
    """Its subject states public facts, or names the person who wrote: it has a template of its own."""


def _news(title: str, topic: Topic, to_do: str, *, is_mutable: bool = False) -> NewsKind:
    return NewsKind(title, topic, to_do=to_do, is_mutable=is_mutable)


_SEE = "Sign in to see it."
_LOOK = "Please look who it is, and ask them if you doubt it."
_NEXT_STEP = "Sign in to see whose it is and what is next."
_ON_REPORT = "There is something to read about what you sent"
_ON_NOMINATION = "News about your nomination"
_LOGIN: Mapping[str, str] = {
    AccountEvent.INVITED: "Somebody on the team is invited to a login",
    AccountEvent.INVITATION_ACCEPTED: "Somebody on the team has set up a login",
    AccountEvent.INVITATION_REVOKED: "An invitation to a login was taken back",
    AccountEvent.ADDRESSES_NAMED: "Addresses for logins wait for a second person",
    AccountEvent.ADDRESSES_CONFIRMED: "Addresses for logins were confirmed",
    AccountEvent.ADDRESSES_REFUSED: "Addresses for logins were refused",
    AccountEvent.ADDRESS_CHANGE_STOPPED: "Somebody stopped a change of their address",
    ResetEvent.RESET_ASKED: "A reset of a login was asked for",
    ResetEvent.RESET_PROPOSED: "A reset of a login waits for a second person",
    ResetEvent.RESET_CONFIRMED: "A login of the team was reset",
    ResetEvent.RESET_REFUSED: "A reset of a login was refused",
    ResetEvent.RESET_STOPPED: "A reset of a login was stopped by its owner",
}

_NAMES: Mapping[str, str] = {
    PeopleEvent.RENAMED: "A name on the team has changed",
    PeopleEvent.PERSON_CORRECTED: "A name on the team was corrected",
    PeopleEvent.GITHUB_RENAMED: "A GitHub name on the team has changed",
}

#: Kinds of mail with a text of their own.
_OF_MAIL: Mapping[Mail, NewsKind] = {
    Mail.ACCESS_CHANGED: NewsKind("Your access to the portal has changed", Topic.ACCOUNT),
    Mail.ADDRESS_CHANGE: NewsKind("Your email address is about to change: was it you?", Topic.ACCOUNT),
    Mail.ADVISORY_PUBLISHED: NewsKind("An advisory was published", Topic.NEWS, has_own_subject=True),
    Mail.ANNOUNCEMENT: NewsKind("An advisory, to the announcement list", None, has_own_subject=True),
    Mail.AUDIT_ALARM: NewsKind("The check of the audit log failed: please look today", Topic.EMERGENCIES),
    Mail.BALLOT_RECORDED: NewsKind("A ballot was recorded for you", Topic.VOTES),
    Mail.CHECKPOINT: NewsKind("Checkpoint of the audit log", Topic.POWER),
    Mail.COUNCIL_DECISION: NewsKind("A council decision was recorded or changed", Topic.POWER),
    Mail.INBOX_ANSWER: NewsKind("Your message to the Python Security Response Team", None),
    Mail.INBOX_FILED: NewsKind("Your message is a report now", None),
    Mail.INVITATION: NewsKind("Invitation to the PSRT portal: set up your access", None, until="by"),
    Mail.MAIL_RESUMED: NewsKind("Mail is sent again after a pause", Topic.EMERGENCIES),
    Mail.NOMINATION_DECIDED: NewsKind("A nomination is decided", Topic.NOMINATIONS, is_mutable=True),
    Mail.NOMINEE_ASKED: NewsKind("A question about a nomination, to its nominee", None, has_own_subject=True),
    Mail.ONBOARDING: NewsKind("Onboarding: your next step", Topic.ACCOUNT),
    Mail.RECORD_CHANGED: NewsKind("Your name or GitHub name was changed", Topic.ACCOUNT),
    Mail.REPORT_RECEIVED: NewsKind("What you sent has arrived", None),
    Mail.RESET_ASKED: NewsKind("Reset of your login: was it you?", Topic.ACCOUNT),
    Mail.RESET_DONE: NewsKind("Your login was reset: set it up again", None, until="by"),
    Mail.RESTORED: NewsKind("The portal was restored from a backup: please look today", Topic.EMERGENCIES),
    Mail.SECOND_FACTOR: NewsKind("Add your second factor to sign in", Topic.ACCOUNT),
    Mail.THANKS: NewsKind("Thank you for your time on the team", Topic.ACCOUNT),
    Mail.VETO_WINDOW: NewsKind("The Steering Council may veto a nomination", Topic.VOTES, until="until"),
    Mail.VOTE_CLOSED: NewsKind("A vote has closed", Topic.VOTES),
    Mail.VOTE_EXTENDED: NewsKind("A vote was extended", Topic.VOTES, until="until"),
    Mail.VOTE_OPEN: NewsKind("A vote is open", Topic.VOTES, until="until"),
    Mail.VOTE_REMINDER: NewsKind("A vote waits for you", Topic.VOTES, until="until"),
    Mail.WELCOME: NewsKind("Welcome to the team", Topic.ACCOUNT),
    Mail.YEARLY_NOTICE: NewsKind("Are you still active? Please answer", Topic.ACCOUNT, until="by"),
    Mail.YEARLY_SENT: NewsKind("The inactivity review waits for the Steering Council", Topic.POWER),
}

#: Kinds that share a mail: by the event that they tell of.
_OF_EVENT: Mapping[tuple[Mail, str], NewsKind] = {
    **{
        (mail, event): NewsKind(title, Topic.POWER)
        for mail in (Mail.LOGIN_NEWS, Mail.LOGIN_WATCH)
        for event, title in _LOGIN.items()
    },
    **{(Mail.TEAM_WATCH, event): NewsKind(title, Topic.POWER) for event, title in _NAMES.items()},
    (Mail.TEAM_WATCH, BoardingEvent.OFFBOARDING_BEGAN): NewsKind("Somebody leaves the team", Topic.POWER),
    (Mail.KEY_OFFICE, AccountEvent.INVITATION_CONFIRMED): _news(
        "You are asked to keep the key of a vote", Topic.VOTES, "Please accept or decline."
    ),
    (Mail.KEY_OFFICE, NominationEvent.OFFICER_ASKED): _news(
        "You are asked to keep the key of a vote", Topic.VOTES, "Please accept or decline."
    ),
    (Mail.KEY_OFFICE, NominationEvent.OPENED): _news(
        "The vote whose key you keep is open", Topic.VOTES, "Keep the key safe. You are told when it is time to count."
    ),
    (Mail.KEY_OFFICE, NominationEvent.COUNT_DUE): _news(
        "Voting has ended: the count waits for your key", Topic.VOTES, "Please count the vote with your key."
    ),
    **{
        (Mail.PRIVATE_NEWS, event): NewsKind(_ON_REPORT, None)
        for event in (
            ReportEvent.COORDINATOR_TOOK, ReportEvent.MESSAGE_SENT, ReportEvent.OUTCOME_TOLD, ReportEvent.RELEASED,
            ReportEvent.SPLIT, ReportEvent.REOPENED, AdvisoryEvent.PUBLISHED,
        )
    },
    **{
        (Mail.PRIVATE_NEWS, event): NewsKind(_ON_NOMINATION, None)
        for event in (
            NominationEvent.WITHDRAWN, NominationEvent.CANCELLED, NominationEvent.ANNULLED, NominationEvent.CLOSED,
            NominationEvent.VETO_CONFIRMED, NominationEvent.NO_VETO_RECORDED, NominationEvent.CONFIRMED,
        )
    },
    **{
        (Mail.ATTENTION, event): kind
        for event, kind in {
            AccountEvent.SUSPENDED: _news(
                "Emergency suspension: please look today",
                Topic.EMERGENCIES,
                "Sign in to see whose access is closed and why, and whether it has to stay closed.",
            ),
            AccountEvent.SUSPENSION_ENDED: _news(
                "A suspension has ended", Topic.EMERGENCIES, "Sign in to see whose access is open again."
            ),
            DocumentEvent.ACCEPTED: _news(
                "Onboarding: a newcomer has accepted the responsibilities", Topic.WORK, _NEXT_STEP
            ),
            DocumentEvent.PUBLISHED: _news(
                "New responsibilities to read and accept", Topic.WORK, "Please read and accept them."
            ),
            DocumentEvent.REMINDED: _news(
                "The responsibilities still wait for you to accept them", Topic.WORK, "Please read and accept them."
            ),
            BoardingEvent.ONBOARDING_BEGAN: _news("Onboarding: a step waits for an admin", Topic.WORK, _NEXT_STEP),
            BoardingEvent.ONBOARDING_REMINDED: _news(
                "Onboarding: a step still waits for an admin", Topic.WORK, _NEXT_STEP
            ),
            BoardingEvent.ONBOARDING_COMPLETED: _news(
                "Somebody has joined the team", Topic.NEWS, "The list of members says who it is."
            ),
            BoardingEvent.OFFBOARDING_BEGAN: _news("Offboarding: steps wait for an admin", Topic.WORK, _NEXT_STEP),
            BoardingEvent.OFFBOARDING_REMINDED: _news(
                "Offboarding: steps still wait for an admin", Topic.WORK, _NEXT_STEP
            ),
            **{event: _news(title, Topic.POWER, _LOOK) for event, title in _NAMES.items()},
            PeopleEvent.ROSTER_IMPORTED: _news(
                "The roster has people from a file", Topic.POWER, "Please look who is new on it."
            ),
            PeopleEvent.ROLE_BEGAN: _news("A seat on the Steering Council was filled", Topic.POWER, _LOOK),
            PeopleEvent.ROLE_ENDED: _news("A seat on the Steering Council has ended", Topic.POWER, _SEE),
            BoardingEvent.MEMORIAL_RECORDED: _news(
                "A record of a member waits for a second person",
                Topic.POWER,
                "Please confirm it, or say that it is a mistake.",
            ),
            BoardingEvent.MEMORIAL_CONFIRMED: _news("A record of a member was confirmed", Topic.POWER, _SEE),
            BoardingEvent.MEMORIAL_UNDONE: _news("A record of a member was taken back", Topic.POWER, _SEE),
            DriftEvent.CHANGED: _news(
                "A channel no longer agrees with the roster", Topic.WORK, "Sign in to see which and who."
            ),
            DriftEvent.CHANGE_FAILED: _news(
                "A change to a channel failed", Topic.WORK, "Sign in to see which, and try it again."
            ),
            InactivityEvent.ANSWERED: _news("Inactivity review: an answer came", Topic.WORK, _SEE),
            InactivityEvent.GENERATED: _news(
                "Inactivity review: the list is ready", Topic.WORK, "Please read it and send it to the council."
            ),
            InactivityEvent.ACTIVITY_NOTED: _news("Inactivity review: a note on somebody’s work", Topic.POWER, _SEE),
            InactivityEvent.NOTE_WITHDRAWN: _news("Inactivity review: a note was withdrawn", Topic.POWER, _SEE),
            InactivityEvent.DECIDED: _news("Inactivity review: a decision was recorded", Topic.WORK, _SEE),
            NominationEvent.CONSENTED: _news(
                "A nomination is ready: its vote can be opened", Topic.NOMINATIONS, "Please open the vote."
            ),
            NominationEvent.DECLINED: _news("Somebody you nominated has answered", Topic.NOMINATIONS, _SEE),
            NominationEvent.COMMENTED: _news("A comment on your nomination", Topic.COMMENTS, _SEE, is_mutable=True),
            NominationEvent.WITHDRAWN: _news(
                "A nomination was withdrawn", Topic.NOMINATIONS, "Nothing is to be done any more.", is_mutable=True
            ),
            NominationEvent.CANCELLED: _news(
                "A vote was cancelled", Topic.NOMINATIONS, "Sign in to see which, by whom and why."
            ),
            NominationEvent.ANNULMENT_ASKED: _news(
                "Annulling a vote waits for a second admin", Topic.NOMINATIONS, "Please annul it, or let it stand."
            ),
            NominationEvent.ANNULLED: _news(
                "A vote was annulled", Topic.NOMINATIONS, "Sign in to see which, by whom and why."
            ),
            NominationEvent.OFFICE_ACCEPTED: _news(
                "The key of a vote has its keeper: the vote can be opened", Topic.NOMINATIONS, "Please open the vote."
            ),
            NominationEvent.OFFICE_GIVEN_BACK: _news(
                "Nobody keeps the key of a vote any more", Topic.NOMINATIONS, "Please ask somebody else, or nobody."
            ),
            NominationEvent.COUNCIL_UNTOLD: _news(
                "The Steering Council could not be told of a result: please look today",
                Topic.POWER,
                "Sign in to see who could not be reached, and make one of them reachable.",
            ),
            NominationEvent.VETO_LAPSED: _news(
                "A veto window has passed: please confirm", Topic.NOMINATIONS, "Please confirm the nomination."
            ),
            NominationEvent.VETO_RECORDED: _news(
                "A council decision on a nomination was recorded", Topic.POWER, _SEE
            ),
            NominationEvent.VETO_WAITS: _news(
                "A council decision on a nomination waits for a second seat",
                Topic.POWER,
                "Please confirm it, or object.",
            ),
            NominationEvent.VETO_REFUSED: _news(
                "A council decision on a nomination was objected to", Topic.POWER, _SEE
            ),
            NominationEvent.RESOLUTION_RECORDED: _news(
                "A council decision was recorded",
                Topic.POWER,
                "Please read it. Any seat can object before it takes effect.",
            ),
            NominationEvent.RESOLUTION_OBJECTED: _news("A council decision was objected to", Topic.POWER, _SEE),
            NominationEvent.RESOLUTION_BLOCKED: _news("A council decision cannot take effect", Topic.POWER, _SEE),
            NominationEvent.RESOLUTION_EFFECTIVE: _news("A council decision has taken effect", Topic.POWER, _SEE),
            InboxEvent.REMINDED: _news(
                "Mail to the team waits in the inbox", Topic.WORK, "Please file it, answer it or discard it."
            ),
            ProjectEvent.PROJECT_SAVED: _news(
                "What records say of a project has changed", Topic.POWER, "Please read it, and ask if you doubt it."
            ),
            ProjectEvent.BRANCH_SAVED: _news("A branch of a project has changed", Topic.POWER, _SEE),
            ProjectEvent.POLICY_PUBLISHED: _news(
                "A new version of the security policy", Topic.WORK, "Please read what changes, and from when."
            ),
            ReportEvent.REPORT_RECEIVED: _news(
                "A new report", Topic.NEW_REPORTS, "Nobody coordinates it yet. Please read it and take it if you can."
            ),
            ReportEvent.HANDOVER_OFFERED: _news(
                "You are asked to coordinate a report", Topic.REPORTS, "Please accept, or name somebody else."
            ),
            ReportEvent.HANDOVER_DECLINED: _news(
                "Somebody named you to coordinate a report", Topic.REPORTS, "Please accept, or name somebody else."
            ),
            ReportEvent.OFFER_ENDED: _news(
                "Somebody you asked to coordinate a report has left", Topic.REPORTS, "Please ask somebody else."
            ),
            ReportEvent.HANDED_OVER: _news("A report of yours was taken over", Topic.REPORTS, _SEE),
            ReportEvent.FACTS_CORRECTED: _news(
                "Facts of a report you coordinate were corrected", Topic.REPORTS, _SEE
            ),
            ReportEvent.DETERMINED: _news("A report you coordinate was determined", Topic.REPORTS, _SEE),
            ReportEvent.FORWARD_ENDED: _news("A forwarded report you coordinate was closed", Topic.REPORTS, _SEE),
            ReportEvent.UNDONE: _news("A report you coordinate is open again", Topic.REPORTS, _SEE),
            ReportEvent.REPORTER_WROTE: _news("A reporter has answered", Topic.REPORTS, "Please read the answer."),
            ReportEvent.NOTE_WRITTEN: _news("A note on a report you coordinate", Topic.REPORTS, _SEE),
            AdvisoryEvent.DRAFT_STARTED: _news(
                "An advisory draft waits for a second member", Topic.NEW_REPORTS, "Please read it and approve it."
            ),
            AdvisoryEvent.DRAFT_EDITED: _news(
                "An advisory draft waits for a second member", Topic.NEW_REPORTS, "Please read it and approve it."
            ),
            AdvisoryEvent.APPROVED: _news(
                "Your advisory draft was approved", Topic.REPORTS, "It can be published."
            ),
        }.items()
    },
}  # fmt: skip


def kind_of(mail: str, event_kind: str) -> NewsKind:
    """Return the kind of news that this mail brings of this kind of event. Raises `KeyError` for what is never sent."""
    return _OF_EVENT.get((Mail(mail), event_kind)) or _OF_MAIL[Mail(mail)]
