"""The team: records of people, documents, onboarding and offboarding, channels, and the inactivity review."""

from __future__ import annotations

from collections.abc import Callable

from audit.models import Event
from members.boarding.events import BoardingEvent
from members.documents.events import DocumentEvent
from members.drift.events import DriftEvent
from members.inactivity.events import InactivityEvent
from members.people.events import PeopleEvent
from members.people.policy import ADMIN, STEERING
from notifications import audiences as who
from notifications import contents as what
from notifications import targets
from notifications.enums import Mail
from notifications.mails import Route, attention, direct

_GO_ON = direct(Mail.ONBOARDING, who.boarding.newcomer_with_login, what.members.own_page)
_TO_COMPLETE = attention(who.boarding.admins_to_complete, what.members.checklist_page, opens_for=targets.BOARDING)
_TO_TEAM_WATCHERS = direct(Mail.TEAM_WATCH, who.people.watchers_without_page, what.members.roster_page)
_TO_CORRECTED = direct(Mail.RECORD_CHANGED, who.people.if_watched(who.people.corrected), what.members.roster_page)
_TO_WATCHERS_OF_NAMES = direct(
    Mail.TEAM_WATCH, who.people.if_watched(who.people.watchers_without_page), what.members.roster_page
)
_OF_GITHUB_NAME = (
    _TO_CORRECTED,
    attention(
        who.people.if_watched(who.people.others(who.people.admins)), what.members.record_page, opens_for=targets.PEOPLE
    ),
    _TO_WATCHERS_OF_NAMES,
)
_OF_SEAT = attention(who.people.others(who.people.told_of_a_seat), what.members.roster_page, opens_for=ADMIN | STEERING)
_OF_DEATH = attention(
    who.people.others(who.people.admins_and_council), what.members.memorial_page, opens_for=ADMIN | STEERING
)
_YEARLY_NOTICE = direct(Mail.YEARLY_NOTICE, who.inactivity.noticed, what.members.answer_page, what.members.notice_facts)
_OF_NOTE = attention(
    who.people.others(who.people.either(who.inactivity.noted, who.inactivity.admins_who_run)),
    what.members.note_page,
    opens_for=targets.NOTES,
)


def _review_news(link: Callable[[Event], str]) -> Route:
    return attention(who.people.others(who.inactivity.admins_who_run), link, opens_for=targets.REVIEWS)


ROUTES: dict[str, tuple[Route, ...]] = {
    DocumentEvent.ACCEPTED: (
        attention(who.boarding.admins_of_newcomer, what.members.onboardings_page, opens_for=targets.BOARDING),
    ),
    BoardingEvent.ONBOARDING_BEGAN: (_GO_ON, _TO_COMPLETE),
    BoardingEvent.ONBOARDING_REMINDED: (
        direct(
            Mail.INVITATION,
            who.boarding.newcomer_with_invitation,
            what.members.newcomers_invitation_page,
            what.members.newcomers_invitation_facts,
        ),
        _GO_ON,
        _TO_COMPLETE,
    ),
    BoardingEvent.ONBOARDING_COMPLETED: (
        direct(Mail.WELCOME, who.boarding.new_member, what.members.dashboard_page),
        attention(who.people.others(who.boarding.colleagues_of_new_member), what.members.roster_page),
    ),
    BoardingEvent.MEMORIAL_RECORDED: (_OF_DEATH,),
    BoardingEvent.MEMORIAL_CONFIRMED: (_OF_DEATH,),
    BoardingEvent.MEMORIAL_UNDONE: (_OF_DEATH,),
    BoardingEvent.OFFBOARDING_BEGAN: (
        direct(Mail.ACCESS_CHANGED, who.boarding.leaver, what.members.roster_page),
        attention(
            who.people.others(who.boarding.admins_to_offboard), what.members.checklist_page, opens_for=targets.BOARDING
        ),
        _TO_TEAM_WATCHERS,
    ),
    BoardingEvent.OFFBOARDING_REMINDED: (
        attention(who.boarding.admins_to_offboard, what.members.checklist_page, opens_for=targets.BOARDING),
    ),
    BoardingEvent.OFFBOARDING_FINISHED: (
        direct(Mail.THANKS, who.boarding.leaver_with_thanks, what.members.roster_page),
    ),
    PeopleEvent.RENAMED: (
        _TO_CORRECTED,
        attention(who.people.others(who.people.admins), what.members.record_page, opens_for=targets.PEOPLE),
        _TO_WATCHERS_OF_NAMES,
    ),
    PeopleEvent.PERSON_CORRECTED: _OF_GITHUB_NAME,
    PeopleEvent.GITHUB_RENAMED: _OF_GITHUB_NAME,
    PeopleEvent.ROSTER_IMPORTED: (
        attention(who.people.admins_and_council, what.members.roster_page, opens_for=ADMIN | STEERING),
    ),
    PeopleEvent.ROLE_BEGAN: (_OF_SEAT,),
    PeopleEvent.ROLE_ENDED: (
        direct(Mail.ACCESS_CHANGED, who.people.former_seat_holder, what.members.roster_page),
        _OF_SEAT,
    ),
    DocumentEvent.PUBLISHED: (
        attention(
            who.people.others(who.documents.members_to_accept),
            what.members.responsibilities_page,
            opens_for=targets.RESPONSIBILITIES,
        ),
    ),
    DocumentEvent.REMINDED: (
        attention(
            who.documents.members_to_accept, what.members.responsibilities_page, opens_for=targets.RESPONSIBILITIES
        ),
    ),
    DriftEvent.CHANGED: (attention(who.drift.admins_who_see, what.members.check_page, opens_for=targets.DRIFT),),
    DriftEvent.CHANGE_FAILED: (
        attention(who.drift.admin_who_confirmed, what.members.changes_page, opens_for=targets.DRIFT),
    ),
    InactivityEvent.NOTICED: (_YEARLY_NOTICE,),
    InactivityEvent.REMINDED: (_YEARLY_NOTICE,),
    InactivityEvent.ANSWERED: (_review_news(what.members.review_page_of_entry),),
    InactivityEvent.GENERATED: (_review_news(what.members.review_page),),
    InactivityEvent.SENT: (
        Route(
            Mail.YEARLY_SENT,
            who.people.others(who.people.council),
            what.members.review_page,
            what.members.sent_facts,
            opens_for=targets.REVIEWS,
        ),
    ),
    InactivityEvent.ACTIVITY_NOTED: (_OF_NOTE,),
    InactivityEvent.NOTE_WITHDRAWN: (_OF_NOTE,),
    InactivityEvent.DECIDED: (_review_news(what.members.review_page_of_decision),),
}
