"""Nominations, votes, vetoes and decisions of the Steering Council."""

from __future__ import annotations

from collections.abc import Callable

from audit.models import Event
from nominations.events import NominationEvent
from notifications import audiences as who
from notifications import contents as what
from notifications import targets
from notifications.contents.facts import Facts
from notifications.enums import Mail
from notifications.mails import Route, attention, direct
from notifications.recipients import Audience


def _of_nomination(
    mail: Mail, audience: Audience, facts: Callable[[Event], Facts] = what.nominations.reference_facts
) -> Route:
    """Return a route that leads to the nomination, and states the number of the vote at least."""
    return Route(mail, audience, what.nominations.nomination_page, facts, targets.NOMINATION)


#: A veto, no veto, and its confirmation: to the team and the council, without the nominee and who recorded it.
_DECIDED = _of_nomination(Mail.NOMINATION_DECIDED, who.people.others(who.nominations.readers))
_TO_SUSPENDED_POWERS = direct(Mail.COUNCIL_DECISION, who.people.suspended_powers, what.members.roster_page)
_VETO_NEWS = _of_nomination(Mail.ATTENTION, who.nominations.others_in_power)
_TO_OFFICER = direct(
    Mail.KEY_OFFICE, who.nominations.officer, what.nominations.office_page, what.nominations.reference_facts
)
_TO_NOMINEE = direct(Mail.PRIVATE_NEWS, who.nominations.nominee, what.nominations.nominees_page)
_ASK_NOMINEE = direct(
    Mail.NOMINEE_ASKED, who.nominations.nominee_to_answer, what.nominations.nominees_page, what.nominations.asking_facts
)


def _of_resolution(audience: Callable[[Event], who.people.People]) -> tuple[Route, ...]:
    others, page = who.people.others(audience), what.nominations.resolution_page
    return (attention(others, page, opens_for=targets.RESOLUTIONS), _TO_SUSPENDED_POWERS)


ROUTES: dict[str, tuple[Route, ...]] = {
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
    NominationEvent.BALLOT_RECORDED: (_of_nomination(Mail.BALLOT_RECORDED, who.nominations.voter),),
    NominationEvent.CLOSED: (
        _of_nomination(Mail.VETO_WINDOW, who.nominations.council_to_tell, what.nominations.veto_facts),
        _of_nomination(Mail.VOTE_CLOSED, who.nominations.colleagues, what.nominations.counting_facts),
        direct(Mail.PRIVATE_NEWS, who.nominations.nominee_refused, what.nominations.nominees_page),
    ),
    NominationEvent.VETO_RECORDED: (_VETO_NEWS, _TO_SUSPENDED_POWERS),
    NominationEvent.VETO_WAITS: (_of_nomination(Mail.ATTENTION, who.nominations.council_to_confirm_veto),),
    NominationEvent.VETO_REFUSED: (_VETO_NEWS,),
    NominationEvent.VETO_CONFIRMED: (_DECIDED, _TO_NOMINEE, _TO_SUSPENDED_POWERS),
    NominationEvent.NO_VETO_RECORDED: (_DECIDED, _TO_NOMINEE),
    NominationEvent.CONFIRMED: (_DECIDED, _TO_NOMINEE),
    # Council, admins and the person concerned; the whole team when it takes effect.
    NominationEvent.RESOLUTION_RECORDED: _of_resolution(who.nominations.told_of_resolution),
    NominationEvent.RESOLUTION_OBJECTED: _of_resolution(who.nominations.told_of_resolution),
    NominationEvent.RESOLUTION_BLOCKED: _of_resolution(who.nominations.told_of_resolution),
    NominationEvent.RESOLUTION_EFFECTIVE: _of_resolution(who.nominations.told_of_effect),
}
