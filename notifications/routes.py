"""Which event tells whom: the one table. Reading it says who is ever written to.

Every event of every app is a key of `ROUTES` or a member of `SILENT`, never both; a test holds
that. Recipients are worked out when the mail is sent, and again before each single message.

What a mail may say is decided here too. A private one is made without any fact and carries a link
to ``/notices/<uuid>/``, so nothing private can be in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from advisories.publication.events import AdvisoryEvent
from advisories.reports.events import ReportEvent
from audit.models import Event
from members.accounts.events import AccountEvent
from members.boarding.events import BoardingEvent
from members.channels.events import ChannelEvent
from members.documents.events import DocumentEvent
from members.drift.events import DriftEvent
from members.inactivity.events import InactivityEvent
from members.people.events import PeopleEvent
from members.people.policy import Actor
from nominations.events import NominationEvent
from notifications import audiences as who
from notifications import boarding, drift, inactivity
from notifications import contents as what
from notifications.events import NotificationEvent
from notifications.models import Notice
from notifications.recipients import Audience


class Mail(StrEnum):
    """The kinds of mail: each is a folder of templates/emails."""

    ACCESS_CHANGED = "access-changed"
    ADVISORY_PUBLISHED = "advisory-published"
    ANNOUNCEMENT = "announcement"
    ATTENTION = "attention"
    BALLOT_RECORDED = "ballot-recorded"
    INVITATION = "invitation"
    NOMINATION_DECIDED = "nomination-decided"
    NOMINEE_ASKED = "nominee-asked"
    ON_THE_WAY_IN = "on-the-way-in"
    PRIVATE_NEWS = "private-news"
    REPORT_RECEIVED = "report-received"
    THANKS = "thanks"
    VETO_WINDOW = "veto-window"
    VOTE_CLOSED = "vote-closed"
    VOTE_EXTENDED = "vote-extended"
    VOTE_OPEN = "vote-open"
    VOTE_REMINDER = "vote-reminder"
    WELCOME = "welcome"
    YEARLY_NOTICE = "yearly-notice"
    YEARLY_SENT = "yearly-sent"


def is_member(actor: Actor) -> bool:
    """Who may follow a link in a mail to members."""
    return actor.is_member


def is_steering(actor: Actor) -> bool:
    """Who may follow a link in a mail to the Steering Council."""
    return actor.is_steering


def is_member_or_steering(actor: Actor) -> bool:
    """Who may follow a link in a mail to both."""
    return actor.is_member or actor.is_steering


@dataclass(frozen=True)
class Route:
    """One kind of mail about one kind of event."""

    mail: Mail
    audience: Audience
    link: Callable[[Event], str]
    """The thing's own path on this site; a secret one for people without a login."""
    facts: Callable[[Event], what.Facts] = what.no_facts
    """What the templates may say."""
    opens_for: Callable[[Actor], bool] = is_member
    """Who may be led on from ``/notices/<uuid>/``, besides having been told."""
    is_direct: bool = False
    """The mail carries the thing's own address: it is public, or its reader has no login."""
    is_plain: bool = False
    """Plain text only, without an HTML part."""
    is_urgent: bool = False
    """Goes out at once even to who wants mail of its kind once a day."""

    @property
    def may_wait(self) -> bool:
        """Whether it can go into a digest: nothing runs out, and what it is stands behind the sign-in."""
        return self.mail == Mail.ATTENTION and not self.is_urgent


_TO_REPORTER = Route(Mail.PRIVATE_NEWS, who.reporter, what.reporters_page, is_direct=True)
_DECIDED = Route(
    Mail.NOMINATION_DECIDED, who.others(who.team_and_council), what.nomination_page, opens_for=is_member_or_steering
)
_TO_NOMINEE = Route(Mail.PRIVATE_NEWS, who.nominee, what.nominees_page, is_direct=True)
_ASK_NOMINEE = Route(Mail.NOMINEE_ASKED, who.nominee_to_answer, what.nominees_page, what.asking_facts, is_direct=True)


def _review_news(link: Callable[[Event], str]) -> Route:
    return Route(Mail.ATTENTION, who.others(who.admins), link, opens_for=boarding.is_admin)


_YEARLY_NOTICE = Route(
    Mail.YEARLY_NOTICE, inactivity.noticed, inactivity.answer_page, inactivity.notice_facts, is_direct=True
)
_GO_ON = Route(Mail.ON_THE_WAY_IN, boarding.newcomer_with_login, boarding.own_page, is_direct=True)
_TO_COMPLETE = Route(Mail.ATTENTION, boarding.admins_to_complete, boarding.onboarding_page, opens_for=boarding.is_admin)
_OF_INVITATION = Route(
    Mail.ATTENTION,
    who.others(boarding.admins_who_watch),
    boarding.record_of_invited,
    opens_for=boarding.is_admin,
    is_urgent=True,
)
_OF_SEAT = Route(
    Mail.ATTENTION,
    who.others(boarding.told_of_a_seat),
    boarding.roster_page,
    opens_for=boarding.is_admin_or_steering,
    is_urgent=True,
)
_TO_SUSPENDED = Route(Mail.ACCESS_CHANGED, boarding.suspended, boarding.roster_page, is_direct=True)
_OF_SUSPENSION = Route(
    Mail.ATTENTION,
    who.others(boarding.admins_and_council),
    boarding.suspensions_page,
    opens_for=boarding.is_admin_or_steering,
    is_urgent=True,
)
_TO_READERS = Route(Mail.ATTENTION, who.second_readers, what.report_page)

ROUTES: dict[str, tuple[Route, ...]] = {
    AccountEvent.INVITED: (
        Route(Mail.INVITATION, who.invited_address, what.invitation_page, what.invitation_facts, is_direct=True),
    ),
    AccountEvent.INVITATION_ACCEPTED: (_OF_INVITATION,),
    DocumentEvent.ACCEPTED: (
        Route(Mail.ATTENTION, boarding.admins_of_newcomer, boarding.onboardings_page, opens_for=boarding.is_admin),
    ),
    BoardingEvent.ONBOARDING_BEGAN: (_GO_ON, _TO_COMPLETE),
    BoardingEvent.ONBOARDING_REMINDED: (
        Route(
            Mail.INVITATION,
            boarding.newcomer_with_invitation,
            boarding.invitation_page,
            boarding.invitation_facts,
            is_direct=True,
        ),
        _GO_ON,
        _TO_COMPLETE,
    ),
    BoardingEvent.ONBOARDING_COMPLETED: (
        Route(Mail.WELCOME, boarding.new_member, boarding.dashboard, is_direct=True),
        Route(Mail.ATTENTION, who.others(boarding.colleagues_of_new_member), boarding.roster_page),
    ),
    BoardingEvent.OFFBOARDING_BEGAN: (
        Route(Mail.ACCESS_CHANGED, boarding.leaver, boarding.roster_page, is_direct=True),
        Route(
            Mail.ATTENTION,
            who.others(boarding.admins_to_offboard),
            boarding.offboarding_page,
            opens_for=boarding.is_admin,
        ),
    ),
    BoardingEvent.OFFBOARDING_REMINDED: (
        Route(Mail.ATTENTION, boarding.admins_to_offboard, boarding.offboarding_page, opens_for=boarding.is_admin),
    ),
    BoardingEvent.OFFBOARDING_FINISHED: (
        Route(Mail.THANKS, boarding.leaver_with_thanks, boarding.roster_page, is_direct=True),
    ),
    AccountEvent.SUSPENDED: (_TO_SUSPENDED, _OF_SUSPENSION),
    AccountEvent.SUSPENSION_ENDED: (_TO_SUSPENDED, _OF_SUSPENSION),
    PeopleEvent.ROLE_BEGAN: (_OF_SEAT,),
    PeopleEvent.ROLE_ENDED: (
        _OF_SEAT,
        Route(Mail.ACCESS_CHANGED, boarding.who_lost_a_seat, boarding.roster_page, is_direct=True),
    ),
    DocumentEvent.PUBLISHED: (Route(Mail.ATTENTION, who.others(who.members_to_accept), what.responsibilities_page),),
    DocumentEvent.REMINDED: (Route(Mail.ATTENTION, who.members_to_accept, what.responsibilities_page),),
    DriftEvent.CHANGED: (Route(Mail.ATTENTION, who.admins, drift.check_page, opens_for=boarding.is_admin),),
    DriftEvent.CHANGE_FAILED: (
        Route(Mail.ATTENTION, drift.who_confirmed, drift.changes_page, opens_for=boarding.is_admin),
    ),
    InactivityEvent.NOTICED: (_YEARLY_NOTICE,),
    InactivityEvent.REMINDED: (_YEARLY_NOTICE,),
    InactivityEvent.ANSWERED: (_review_news(inactivity.page_of_entry),),
    InactivityEvent.GENERATED: (_review_news(inactivity.review_page),),
    InactivityEvent.SENT: (
        Route(Mail.YEARLY_SENT, who.others(inactivity.council), inactivity.review_page, opens_for=is_steering),
    ),
    InactivityEvent.DECIDED: (_review_news(inactivity.page_of_decision),),
    NominationEvent.PROPOSED: (_ASK_NOMINEE,),
    NominationEvent.ASKED_AGAIN: (_ASK_NOMINEE,),
    NominationEvent.CONSENTED: (Route(Mail.ATTENTION, who.admins_who_open, what.nomination_page),),
    NominationEvent.DECLINED: (Route(Mail.ATTENTION, who.nominator, what.nomination_page),),
    NominationEvent.COMMENTED: (Route(Mail.ATTENTION, who.others(who.nominator), what.nomination_page),),
    NominationEvent.WITHDRAWN: (
        Route(Mail.ATTENTION, who.others(who.who_was_told), what.nomination_page),
        _TO_NOMINEE,
    ),
    NominationEvent.CANCELLED: (
        Route(Mail.ATTENTION, who.others(who.who_was_told), what.nomination_page),
        _TO_NOMINEE,
    ),
    NominationEvent.ANNULMENT_ASKED: (Route(Mail.ATTENTION, who.others(who.admins_who_annul), what.nomination_page),),
    NominationEvent.ANNULLED: (
        Route(Mail.ATTENTION, who.others(who.colleagues), what.nomination_page),
        _TO_NOMINEE,
    ),
    NominationEvent.EXTENDED: (Route(Mail.VOTE_EXTENDED, who.voters, what.nomination_page, what.closing_facts),),
    NominationEvent.VOTERS_REMINDED: (
        Route(Mail.VOTE_REMINDER, who.voters_without_ballot, what.nomination_page, what.closing_facts),
    ),
    NominationEvent.COUNCIL_REMINDED: (
        Route(Mail.VETO_WINDOW, who.council_with_veto, what.nomination_page, what.veto_facts, is_steering),
    ),
    NominationEvent.COUNT_DUE: (Route(Mail.ATTENTION, who.officer, what.nomination_page, is_urgent=True),),
    NominationEvent.VETO_LAPSED: (Route(Mail.ATTENTION, who.admins_who_confirm, what.nomination_page),),
    NominationEvent.OPENED: (
        Route(Mail.VOTE_OPEN, who.voters, what.nomination_page, what.opening_facts),
        Route(Mail.ATTENTION, who.officer, what.nomination_page, is_urgent=True),
    ),
    NominationEvent.BALLOT_RECORDED: (Route(Mail.BALLOT_RECORDED, who.voter, what.nomination_page),),
    NominationEvent.CLOSED: (
        Route(Mail.VOTE_CLOSED, who.colleagues, what.nomination_page, what.counting_facts),
        Route(Mail.VETO_WINDOW, who.council_with_veto, what.nomination_page, what.veto_facts, is_steering),
        Route(Mail.ATTENTION, who.admins_with_low_turnout, what.nomination_page),
        Route(Mail.PRIVATE_NEWS, who.nominee_refused, what.nominees_page, is_direct=True),
    ),
    NominationEvent.VETO_RECORDED: (_DECIDED, _TO_NOMINEE),
    NominationEvent.NO_VETO_RECORDED: (_DECIDED, _TO_NOMINEE),
    NominationEvent.CONFIRMED: (_DECIDED, _TO_NOMINEE),
    # Whom it concerns as well, while on the team: whoever was removed may no longer read it.
    NominationEvent.RESOLUTION_RECORDED: (Route(Mail.ATTENTION, who.others(who.members), what.resolutions_page),),
    ReportEvent.REPORT_RECEIVED: (
        Route(Mail.ATTENTION, who.members_for_triage, what.report_page),
        Route(Mail.REPORT_RECEIVED, who.reporter, what.reporters_page, is_direct=True),
    ),
    ReportEvent.COORDINATOR_TOOK: (_TO_REPORTER,),
    ReportEvent.HANDED_OVER: (Route(Mail.ATTENTION, who.others(who.coordinator), what.report_page),),
    ReportEvent.REPORTER_WROTE: (Route(Mail.ATTENTION, who.coordinator_or_members, what.report_page),),
    ReportEvent.MESSAGE_SENT: (_TO_REPORTER,),
    ReportEvent.NOTE_WRITTEN: (Route(Mail.ATTENTION, who.others(who.coordinator), what.report_page),),
    ReportEvent.DETERMINED: (_TO_REPORTER,),
    ReportEvent.REOPENED: (_TO_REPORTER,),
    AdvisoryEvent.DRAFT_STARTED: (_TO_READERS,),
    AdvisoryEvent.DRAFT_EDITED: (_TO_READERS,),
    AdvisoryEvent.APPROVED: (Route(Mail.ATTENTION, who.others(who.coordinator), what.report_page),),
    AdvisoryEvent.PUBLISHED: (
        Route(
            Mail.ANNOUNCEMENT,
            who.announce_list,
            what.advisory_page,
            what.announcement_facts,
            is_direct=True,
            is_plain=True,
        ),
        Route(Mail.ADVISORY_PUBLISHED, who.members, what.advisory_page, what.advisory_facts, is_direct=True),
        _TO_REPORTER,
    ),
}

#: Nobody is written to about these.
SILENT: frozenset[str] = frozenset({
    ReportEvent.EMBARGO_SET,
    AdvisoryEvent.IMPORTED,
    ReportEvent.REPORT_READ,
    ChannelEvent.ACCOUNT_NOTED,
    ChannelEvent.RETIRED,
    ChannelEvent.SAVED,
    DriftEvent.APPLY_CONFIRMED,
    DriftEvent.CHANGE_MADE,
    DriftEvent.CHECKED,
    DriftEvent.CHECK_REQUESTED,
    PeopleEvent.GITHUB_RENAMED,
    AccountEvent.INVITATION_REVOKED,
    AccountEvent.LOGIN_CHANGED,  # allauth tells the owner
    PeopleEvent.MEMBERSHIP_BEGAN,
    PeopleEvent.MEMBERSHIP_CORRECTED,
    PeopleEvent.MEMBERSHIP_ENDED,
    PeopleEvent.MEMBERSHIP_RECORDED,
    BoardingEvent.OFFBOARDING_STEP,
    BoardingEvent.ONBOARDING_CANCELLED,
    BoardingEvent.ONBOARDING_STEP,
    AccountEvent.OWN_DATA_EXPORTED,
    PeopleEvent.PERSON_ADDED,
    PeopleEvent.PERSON_CORRECTED,
    AccountEvent.PREFERENCES_CHANGED,
    PeopleEvent.ROSTER_IMPORTED,
    AccountEvent.SIGNED_IN,
    InactivityEvent.ANNOUNCED,  # each notice is an event of its own
    NominationEvent.ANNULMENT_DROPPED,
    NominationEvent.CALENDAR_LINK_MADE,
    NominationEvent.COMMENT_TAKEN_BACK,
    NominationEvent.ENDORSED,
    NominationEvent.ENDORSEMENT_TAKEN_BACK,
    NominationEvent.INTEREST_DECLARED,
    NominationEvent.KEY_DESTROYED,
    NominationEvent.TURNOUT_NOTED,
    NotificationEvent.DELIVERY_RETRIED,
})  # fmt: skip


def routes_of(event: Event) -> tuple[Route, ...]:
    """The mails that tell of `event`."""
    return ROUTES.get(event.kind, ())


def route_of(notice: Notice) -> Route | None:
    """The route a notice was written for; None when the table no longer has it."""
    return next((route for route in routes_of(notice.event) if route.mail == notice.mail), None)
