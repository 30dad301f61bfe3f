"""Map every event to its mails, in one table: it names everybody who is ever written to.

Every event of every app is a key of `ROUTES` or a member of `SILENT` (`notifications.silent`), never both; a test holds
that. Recipients are worked out when the mail is sent, and again before each single message. The routes of one event
stand in order: somebody whom several reach gets the mail of the first one only.

What a mail may say is decided here too. A private one is made without any fact and carries a link
to ``/notices/<uuid>/``, so nothing private can be in it.
"""

from __future__ import annotations

from collections.abc import Callable

from advisories.publication.events import AdvisoryEvent
from advisories.reports.events import ReportEvent
from audit.events import AuditEvent
from audit.models import Event
from members.accounts.events import AccountEvent
from members.boarding.events import BoardingEvent
from members.documents.events import DocumentEvent
from members.drift.events import DriftEvent
from members.inactivity.events import InactivityEvent
from members.people.events import PeopleEvent
from members.people.permissions import Who
from members.people.policy import ADMIN, MEMBER, STEERING
from members.resets.events import ResetEvent
from nominations.events import NominationEvent
from notifications import audiences as who
from notifications import contents as what
from notifications import targets
from notifications.contents.facts import Facts, no_facts
from notifications.events import NotificationEvent
from notifications.mails import Mail, Route
from notifications.models import Delivery, Notice
from notifications.recipients import Audience, Recipient, resolve_one


def _of_nomination(
    mail: Mail,
    audience: Audience,
    facts: Callable[[Event], Facts] = what.nominations.reference_facts,
) -> Route:
    """Return a route that leads to the nomination."""
    return Route(mail, audience, what.nominations.nomination_page, facts, targets.NOMINATION)


def _of_report(audience: Audience, *, is_from_outside: bool = False) -> Route:
    """Return a route that leads members to the report."""
    return Route(
        Mail.ATTENTION,
        audience,
        what.advisories.report_page,
        opens_for=targets.REPORTS,
        is_from_outside=is_from_outside,
    )


def _attention(audience: Audience, link: Callable[[Event], str], *, opens_for: Who = MEMBER) -> Route:
    """Return a route that says no more than that something waits behind the sign-in."""
    return Route(Mail.ATTENTION, audience, link, opens_for=opens_for)


def _direct(
    mail: Mail, audience: Audience, link: Callable[[Event], str], facts: Callable[[Event], Facts] = no_facts
) -> Route:
    """Return a route whose mail carries the address itself."""
    return Route(mail, audience, link, facts, is_direct=True)


_TO_REPORTER = _direct(Mail.PRIVATE_NEWS, who.advisories.reporter, what.advisories.reporters_page)
#: A veto, no veto, and its confirmation: to the team and the council, without the nominee and who recorded it.
_DECIDED = _of_nomination(
    Mail.NOMINATION_DECIDED, who.people.others(who.nominations.readers), what.nominations.reference_facts
)
_TO_UNSEEING = _direct(Mail.COUNCIL_DECISION, who.people.suspended_powers, what.members.roster_page)
_VETO_NEWS = _of_nomination(Mail.ATTENTION, who.nominations.others_in_power)


def _of_resolution(audience: Callable[[Event], who.people.People]) -> tuple[Route, ...]:
    others, page = who.people.others(audience), what.nominations.resolution_page
    return (Route(Mail.ATTENTION, others, page, opens_for=targets.RESOLUTIONS), _TO_UNSEEING)


_TO_OFFICER = _direct(
    Mail.KEY_OFFICE, who.nominations.officer, what.nominations.office_page, what.nominations.reference_facts
)
_TO_NOMINEE = _direct(Mail.PRIVATE_NEWS, who.nominations.nominee, what.nominations.nominees_page)
_ASK_NOMINEE = _direct(
    Mail.NOMINEE_ASKED, who.nominations.nominee_to_answer, what.nominations.nominees_page, what.nominations.asking_facts
)


def _review_news(link: Callable[[Event], str]) -> Route:
    return _attention(who.people.others(who.inactivity.admins_who_run), link, opens_for=targets.REVIEWS)


_YEARLY_NOTICE = _direct(
    Mail.YEARLY_NOTICE, who.inactivity.noticed, what.members.answer_page, what.members.notice_facts
)
_GO_ON = _direct(Mail.ONBOARDING, who.boarding.newcomer_with_login, what.members.own_page)
_TO_COMPLETE = _attention(who.boarding.admins_to_complete, what.members.checklist_page, opens_for=targets.BOARDING)
_TO_TEAM_WATCHERS = _direct(Mail.TEAM_WATCH, who.people.watchers_without_page, what.members.roster_page)
_TO_CORRECTED = _direct(Mail.RECORD_CHANGED, who.people.if_watched(who.people.corrected), what.members.roster_page)
_TO_WATCHERS_OF_NAMES = _direct(
    Mail.TEAM_WATCH, who.people.if_watched(who.people.watchers_without_page), what.members.roster_page
)
_OF_GITHUB_NAME = (
    _TO_CORRECTED,
    _attention(
        who.people.if_watched(who.people.others(who.people.admins)), what.members.record_page, opens_for=targets.PEOPLE
    ),
    _TO_WATCHERS_OF_NAMES,
)
#: All admins and the whole council watch whom a login is bound to, the suspended ones by a mail without a page.
_TO_SUSPENDED_WATCHERS = _direct(Mail.LOGIN_WATCH, who.accounts.suspended_watchers, what.members.roster_page)
_WATCHED = (
    Route(Mail.LOGIN_NEWS, who.accounts.watchers, what.members.addresses_page, opens_for=targets.ADDRESSES),
    _TO_SUSPENDED_WATCHERS,
)
_RESET_WATCHED = (
    Route(Mail.LOGIN_NEWS, who.accounts.watchers, what.members.resets_page, opens_for=targets.RESETS),
    _TO_SUSPENDED_WATCHERS,
)


def _invitation_to(audience: Audience) -> Route:
    return _direct(Mail.INVITATION, audience, what.members.invitation_page, what.members.invitation_facts)


_OF_SEAT = _attention(
    who.people.others(who.people.told_of_a_seat), what.members.roster_page, opens_for=ADMIN | STEERING
)
_OF_DEATH = _attention(
    who.people.others(who.people.admins_and_council), what.members.memorial_page, opens_for=ADMIN | STEERING
)
_TO_SUSPENDED = _direct(Mail.ACCESS_CHANGED, who.accounts.suspended, what.members.roster_page)
_OF_SUSPENSION = _attention(
    who.people.others(who.accounts.who_end_suspensions),
    what.members.suspensions_page,
    opens_for=targets.SUSPENSIONS,
)
_TO_READERS = _of_report(who.advisories.second_readers)

#: Admins see the log; the council, which does not, is told because admins may be the cause.
_AUDIT_ALARM = Route(Mail.AUDIT_ALARM, who.people.admins_and_council, what.audit.log_page, is_direct=True)

ROUTES: dict[str, tuple[Route, ...]] = {
    AuditEvent.CHECKPOINT_KEPT: (
        Route(
            Mail.CHECKPOINT,
            who.audit.keepers_of_checkpoints,
            what.audit.log_page,
            what.audit.checkpoint_facts,
            is_direct=True,
        ),
    ),
    AuditEvent.CHECKPOINT_FAILED: (_AUDIT_ALARM,),
    AuditEvent.RESTORED: (
        _direct(Mail.RESTORED, who.people.admins_and_council, what.audit.log_page, what.audit.restore_facts),
    ),
    AuditEvent.VERIFICATION_FAILED: (_AUDIT_ALARM,),
    # A pause hides every act of power from those who watch, so they learn how long it was.
    NotificationEvent.RESUMED: (
        Route(
            Mail.MAIL_RESUMED,
            who.people.admins_and_council,
            what.mail.dashboard_page,
            what.mail.pause_facts,
            is_direct=True,
        ),
    ),
    AccountEvent.INVITED: (_invitation_to(who.accounts.invited_address), *_WATCHED),
    AccountEvent.INVITATION_CONFIRMED: (
        _invitation_to(who.accounts.confirmed_address),
        _direct(
            Mail.KEY_OFFICE,
            who.nominations.confirmed_officer,
            what.nominations.confirmed_officers_page,
            what.nominations.confirmed_officers_facts,
        ),
    ),
    AccountEvent.INVITATION_ACCEPTED: _WATCHED,
    AccountEvent.INVITATION_REVOKED: _WATCHED,
    AccountEvent.INVITATION_SENT_AGAIN: (_invitation_to(who.accounts.open_address),),
    AccountEvent.FACTOR_REMINDED: (_direct(Mail.SECOND_FACTOR, who.accounts.without_factor, what.members.factor_page),),
    AccountEvent.ADDRESSES_NAMED: _WATCHED,
    AccountEvent.ADDRESSES_CONFIRMED: _WATCHED,
    AccountEvent.ADDRESSES_REFUSED: _WATCHED,
    ResetEvent.RESET_ASKED: (
        _direct(Mail.RESET_ASKED, who.resets.owner_to_stop, what.members.stop_reset_page, what.members.reset_facts),
        *_RESET_WATCHED,
    ),
    ResetEvent.RESET_PROPOSED: _RESET_WATCHED,
    ResetEvent.RESET_CONFIRMED: (
        _direct(Mail.RESET_DONE, who.resets.reset_address, what.members.begin_anew_page, what.members.begin_anew_facts),
        _direct(Mail.ACCESS_CHANGED, who.resets.dead_address, what.members.roster_page),
        *_RESET_WATCHED,
    ),
    ResetEvent.RESET_REFUSED: _RESET_WATCHED,
    ResetEvent.RESET_STOPPED: _RESET_WATCHED,
    AccountEvent.ADDRESS_CHANGE_ASKED: (
        _direct(Mail.ADDRESS_CHANGE, who.accounts.old_address, what.members.stop_address_page),
    ),
    AccountEvent.ADDRESS_CHANGE_STOPPED: (
        Route(Mail.LOGIN_NEWS, who.people.admins, what.members.record_of_changed, opens_for=targets.PEOPLE),
    ),
    DocumentEvent.ACCEPTED: (
        _attention(who.boarding.admins_of_newcomer, what.members.onboardings_page, opens_for=targets.BOARDING),
    ),
    BoardingEvent.ONBOARDING_BEGAN: (_GO_ON, _TO_COMPLETE),
    BoardingEvent.ONBOARDING_REMINDED: (
        _direct(
            Mail.INVITATION,
            who.boarding.newcomer_with_invitation,
            what.members.newcomers_invitation_page,
            what.members.newcomers_invitation_facts,
        ),
        _GO_ON,
        _TO_COMPLETE,
    ),
    BoardingEvent.ONBOARDING_COMPLETED: (
        _direct(Mail.WELCOME, who.boarding.new_member, what.members.dashboard_page),
        _attention(who.people.others(who.boarding.colleagues_of_new_member), what.members.roster_page),
    ),
    BoardingEvent.MEMORIAL_RECORDED: (_OF_DEATH,),
    BoardingEvent.MEMORIAL_CONFIRMED: (_OF_DEATH,),
    BoardingEvent.MEMORIAL_UNDONE: (_OF_DEATH,),
    BoardingEvent.OFFBOARDING_BEGAN: (
        _direct(Mail.ACCESS_CHANGED, who.boarding.leaver, what.members.roster_page),
        _attention(
            who.people.others(who.boarding.admins_to_offboard), what.members.checklist_page, opens_for=targets.BOARDING
        ),
        _TO_TEAM_WATCHERS,
    ),
    BoardingEvent.OFFBOARDING_REMINDED: (
        _attention(who.boarding.admins_to_offboard, what.members.checklist_page, opens_for=targets.BOARDING),
    ),
    BoardingEvent.OFFBOARDING_FINISHED: (
        _direct(Mail.THANKS, who.boarding.leaver_with_thanks, what.members.roster_page),
    ),
    AccountEvent.SUSPENDED: (_TO_SUSPENDED, _OF_SUSPENSION),
    AccountEvent.SUSPENSION_ENDED: (_TO_SUSPENDED, _OF_SUSPENSION),
    PeopleEvent.RENAMED: (
        _TO_CORRECTED,
        _attention(who.people.others(who.people.admins), what.members.record_page, opens_for=targets.PEOPLE),
        _TO_WATCHERS_OF_NAMES,
    ),
    PeopleEvent.PERSON_CORRECTED: _OF_GITHUB_NAME,
    PeopleEvent.GITHUB_RENAMED: _OF_GITHUB_NAME,
    PeopleEvent.ROSTER_IMPORTED: (
        _attention(who.people.admins_and_council, what.members.roster_page, opens_for=ADMIN | STEERING),
    ),
    PeopleEvent.ROLE_BEGAN: (_OF_SEAT,),
    PeopleEvent.ROLE_ENDED: (
        _direct(Mail.ACCESS_CHANGED, who.people.former_seat_holder, what.members.roster_page),
        _OF_SEAT,
    ),
    DocumentEvent.PUBLISHED: (
        _attention(
            who.people.others(who.documents.members_to_accept),
            what.members.responsibilities_page,
            opens_for=targets.RESPONSIBILITIES,
        ),
    ),
    DocumentEvent.REMINDED: (
        _attention(
            who.documents.members_to_accept, what.members.responsibilities_page, opens_for=targets.RESPONSIBILITIES
        ),
    ),
    DriftEvent.CHANGED: (_attention(who.drift.admins_who_see, what.members.check_page, opens_for=targets.DRIFT),),
    DriftEvent.CHANGE_FAILED: (
        _attention(who.drift.admin_who_confirmed, what.members.changes_page, opens_for=targets.DRIFT),
    ),
    InactivityEvent.NOTICED: (_YEARLY_NOTICE,),
    InactivityEvent.REMINDED: (_YEARLY_NOTICE,),
    InactivityEvent.ANSWERED: (_review_news(what.members.review_page_of_entry),),
    InactivityEvent.GENERATED: (_review_news(what.members.review_page),),
    InactivityEvent.SENT: (
        Route(
            Mail.YEARLY_SENT, who.people.others(who.people.council), what.members.review_page, opens_for=targets.REVIEWS
        ),
    ),
    InactivityEvent.DECIDED: (_review_news(what.members.review_page_of_decision),),
    NominationEvent.PROPOSED: (_ASK_NOMINEE,),
    NominationEvent.ASKED_AGAIN: (_ASK_NOMINEE,),
    NominationEvent.CONSENTED: (_of_nomination(Mail.ATTENTION, who.nominations.admins_who_open),),
    NominationEvent.DECLINED: (_of_nomination(Mail.ATTENTION, who.nominations.nominator),),
    NominationEvent.COMMENTED: (_of_nomination(Mail.ATTENTION, who.people.others(who.nominations.nominator)),),
    NominationEvent.WITHDRAWN: (
        _of_nomination(Mail.ATTENTION, who.people.others(who.nominations.people_told_before)),
        _TO_NOMINEE,
    ),
    NominationEvent.CANCELLED: (
        _of_nomination(Mail.ATTENTION, who.people.others(who.nominations.people_told_before)),
        _TO_NOMINEE,
    ),
    NominationEvent.ANNULMENT_ASKED: (
        _of_nomination(Mail.ATTENTION, who.people.others(who.nominations.admins_who_annul)),
    ),
    NominationEvent.ANNULLED: (
        _of_nomination(Mail.ATTENTION, who.people.others(who.nominations.colleagues)),
        _TO_NOMINEE,
    ),
    NominationEvent.EXTENDED: (
        _of_nomination(Mail.VOTE_EXTENDED, who.nominations.voters, what.nominations.closing_facts),
    ),
    NominationEvent.VOTERS_REMINDED: (
        _of_nomination(Mail.VOTE_REMINDER, who.nominations.voters_without_ballot, what.nominations.closing_facts),
    ),
    NominationEvent.COUNCIL_REMINDED: (
        _of_nomination(Mail.VETO_WINDOW, who.nominations.council_to_tell, what.nominations.veto_facts),
    ),
    NominationEvent.COUNCIL_UNTOLD: (
        _of_nomination(Mail.VETO_WINDOW, who.nominations.council_to_tell, what.nominations.veto_facts),
        _of_nomination(Mail.ATTENTION, who.nominations.responsible_for_untold),
    ),
    NominationEvent.OFFICER_ASKED: (_TO_OFFICER,),
    NominationEvent.OFFICE_ACCEPTED: (_of_nomination(Mail.ATTENTION, who.nominations.admins_who_open),),
    NominationEvent.OFFICE_GIVEN_BACK: (_of_nomination(Mail.ATTENTION, who.nominations.admins_who_open),),
    NominationEvent.COUNT_DUE: (_TO_OFFICER,),
    NominationEvent.VETO_LAPSED: (_of_nomination(Mail.ATTENTION, who.nominations.admins_who_confirm),),
    NominationEvent.OPENED: (
        _of_nomination(Mail.VOTE_OPEN, who.nominations.voters, what.nominations.opening_facts),
        _TO_OFFICER,
    ),
    NominationEvent.BALLOT_RECORDED: (
        _of_nomination(Mail.BALLOT_RECORDED, who.nominations.voter, what.nominations.reference_facts),
    ),
    NominationEvent.CLOSED: (
        _of_nomination(Mail.VETO_WINDOW, who.nominations.council_to_tell, what.nominations.veto_facts),
        _of_nomination(Mail.VOTE_CLOSED, who.nominations.colleagues, what.nominations.counting_facts),
        _direct(Mail.PRIVATE_NEWS, who.nominations.nominee_refused, what.nominations.nominees_page),
    ),
    NominationEvent.VETO_RECORDED: (_VETO_NEWS, _TO_UNSEEING),
    NominationEvent.VETO_WAITS: (_of_nomination(Mail.ATTENTION, who.nominations.council_to_confirm_veto),),
    NominationEvent.VETO_REFUSED: (_VETO_NEWS,),
    NominationEvent.VETO_CONFIRMED: (_DECIDED, _TO_NOMINEE, _TO_UNSEEING),
    NominationEvent.NO_VETO_RECORDED: (_DECIDED, _TO_NOMINEE),
    NominationEvent.CONFIRMED: (_DECIDED, _TO_NOMINEE),
    # Council, admins and the person concerned; the whole team when it takes effect.
    NominationEvent.RESOLUTION_RECORDED: _of_resolution(who.nominations.told_of_resolution),
    NominationEvent.RESOLUTION_OBJECTED: _of_resolution(who.nominations.told_of_resolution),
    NominationEvent.RESOLUTION_BLOCKED: _of_resolution(who.nominations.told_of_resolution),
    NominationEvent.RESOLUTION_EFFECTIVE: _of_resolution(who.nominations.told_of_effect),
    ReportEvent.REPORT_RECEIVED: (
        _of_report(who.advisories.members_for_triage, is_from_outside=True),
        _direct(Mail.REPORT_RECEIVED, who.advisories.reporter, what.advisories.reporters_page),
    ),
    ReportEvent.COORDINATOR_TOOK: (_TO_REPORTER,),
    ReportEvent.HANDED_OVER: (_of_report(who.people.others(who.advisories.coordinator)),),
    ReportEvent.REPORTER_WROTE: (_of_report(who.advisories.coordinator_or_members, is_from_outside=True),),
    ReportEvent.MESSAGE_SENT: (_TO_REPORTER,),
    ReportEvent.NOTE_WRITTEN: (_of_report(who.people.others(who.advisories.coordinator)),),
    ReportEvent.DETERMINED: (_TO_REPORTER,),
    ReportEvent.REOPENED: (_TO_REPORTER,),
    AdvisoryEvent.DRAFT_STARTED: (_TO_READERS,),
    AdvisoryEvent.DRAFT_EDITED: (_TO_READERS,),
    AdvisoryEvent.APPROVED: (_of_report(who.people.others(who.advisories.coordinator)),),
    AdvisoryEvent.PUBLISHED: (
        Route(
            Mail.ANNOUNCEMENT,
            who.advisories.announce_list,
            what.advisories.advisory_page,
            what.advisories.announcement_facts,
            is_direct=True,
            is_plain=True,
        ),
        _direct(
            Mail.ADVISORY_PUBLISHED, who.people.members, what.advisories.advisory_page, what.advisories.advisory_facts
        ),
        _TO_REPORTER,
    ),
}

#: The kinds of events whose mails are summed up when there are many.
FROM_OUTSIDE = tuple(kind for kind, routes in ROUTES.items() if any(route.is_from_outside for route in routes))


def routes_of(event: Event) -> tuple[Route, ...]:
    """Return the mails that tell of `event`."""
    return ROUTES.get(event.kind, ())


def route_of(notice: Notice) -> Route | None:
    """Return the route a notice was written for; None when the table no longer has it."""
    return next((route for route in routes_of(notice.event) if route.mail == notice.mail), None)


def recipient_of(delivery: Delivery) -> Recipient | None:
    """Return the recipient, asked immediately before the mail is sent; None when they lost access."""
    route = route_of(delivery.notice)
    return resolve_one(route.audience, delivery.notice.event, delivery.recipient) if route else None
