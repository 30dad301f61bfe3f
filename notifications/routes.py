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

from advisories.events import AdvisoryEvent
from audit.models import Event
from members.events import MemberEvent
from members.policy import Actor
from nominations.events import NominationEvent
from notifications import audiences as who
from notifications import contents as what
from notifications.events import NotificationEvent
from notifications.models import Notice
from notifications.recipients import Audience


class Mail(StrEnum):
    """The kinds of mail: each is a folder of templates/emails."""

    ADVISORY_PUBLISHED = "advisory-published"
    ANNOUNCEMENT = "announcement"
    ATTENTION = "attention"
    BALLOT_RECORDED = "ballot-recorded"
    INVITATION = "invitation"
    NOMINATION_DECIDED = "nomination-decided"
    NOMINEE_ASKED = "nominee-asked"
    PRIVATE_NEWS = "private-news"
    REPORT_RECEIVED = "report-received"
    VETO_WINDOW = "veto-window"
    VOTE_CLOSED = "vote-closed"
    VOTE_EXTENDED = "vote-extended"
    VOTE_OPEN = "vote-open"
    VOTE_REMINDER = "vote-reminder"


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


_TO_REPORTER = Route(Mail.PRIVATE_NEWS, who.reporter, what.reporters_page, is_direct=True)
_DECIDED = Route(
    Mail.NOMINATION_DECIDED, who.others(who.team_and_council), what.nomination_page, opens_for=is_member_or_steering
)
_TO_NOMINEE = Route(Mail.PRIVATE_NEWS, who.nominee, what.nominees_page, is_direct=True)
_ASK_NOMINEE = Route(Mail.NOMINEE_ASKED, who.nominee_to_answer, what.nominees_page, what.asking_facts, is_direct=True)
_TO_READERS = Route(Mail.ATTENTION, who.second_readers, what.report_page)

ROUTES: dict[str, tuple[Route, ...]] = {
    MemberEvent.INVITED: (
        Route(Mail.INVITATION, who.invited_address, what.invitation_page, what.invitation_facts, is_direct=True),
    ),
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
    NominationEvent.COUNT_DUE: (Route(Mail.ATTENTION, who.officer, what.nomination_page),),
    NominationEvent.VETO_LAPSED: (Route(Mail.ATTENTION, who.admins_who_confirm, what.nomination_page),),
    NominationEvent.OPENED: (
        Route(Mail.VOTE_OPEN, who.voters, what.nomination_page, what.opening_facts),
        Route(Mail.ATTENTION, who.officer, what.nomination_page),
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
    AdvisoryEvent.REPORT_RECEIVED: (
        Route(Mail.ATTENTION, who.members_for_triage, what.report_page),
        Route(Mail.REPORT_RECEIVED, who.reporter, what.reporters_page, is_direct=True),
    ),
    AdvisoryEvent.COORDINATOR_TOOK: (_TO_REPORTER,),
    AdvisoryEvent.HANDED_OVER: (Route(Mail.ATTENTION, who.others(who.coordinator), what.report_page),),
    AdvisoryEvent.REPORTER_WROTE: (Route(Mail.ATTENTION, who.coordinator_or_members, what.report_page),),
    AdvisoryEvent.MESSAGE_SENT: (_TO_REPORTER,),
    AdvisoryEvent.NOTE_WRITTEN: (Route(Mail.ATTENTION, who.others(who.coordinator), what.report_page),),
    AdvisoryEvent.DETERMINED: (_TO_REPORTER,),
    AdvisoryEvent.REOPENED: (_TO_REPORTER,),
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
    AdvisoryEvent.EMBARGO_SET,
    AdvisoryEvent.IMPORTED,
    AdvisoryEvent.REPORT_READ,
    MemberEvent.INVITATION_ACCEPTED,
    MemberEvent.INVITATION_REVOKED,
    MemberEvent.LOGIN_CHANGED,  # allauth tells the owner
    MemberEvent.MEMBERSHIP_BEGAN,
    MemberEvent.MEMBERSHIP_ENDED,
    MemberEvent.PERSON_ADDED,
    MemberEvent.ROLE_BEGAN,
    MemberEvent.ROLE_ENDED,
    MemberEvent.ROSTER_IMPORTED,
    MemberEvent.SIGNED_IN,
    NominationEvent.ANNULMENT_DROPPED,
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
