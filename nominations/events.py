"""The events of nominations and votes, as the audit log names them.

Targets: the vote for ``vote:*``, ``ballot:*``, ``council:*``, ``key:*``, ``turnout:*``, ``veto:*`` and ``no_veto:*``,
with the nomination named in the data; the resolution, with its person in the data, for ``resolution:*``; the link for
``calendar:*``; the nomination for everything else.
"""

from enum import StrEnum


class NominationEvent(StrEnum):
    """The kinds of events of this app."""

    ANNULLED = "nomination:annulled"
    ANNULMENT_ASKED = "annulment:asked"
    ANNULMENT_DROPPED = "annulment:dropped"
    ASKED_AGAIN = "consent:asked_again"
    BALLOT_RECORDED = "ballot:recorded"
    CALENDAR_LINK_MADE = "calendar:link_made"
    CANCELLED = "nomination:cancelled"
    CLOSED = "vote:closed"
    COMMENTED = "comment:written"
    COMMENT_TAKEN_BACK = "comment:taken_back"
    CONFIRMED = "nomination:confirmed"
    CONSENTED = "consent:given"
    COUNCIL_REMINDED = "veto:reminded"
    COUNCIL_TOLD = "council:told"
    COUNCIL_UNTOLD = "council:untold"
    COUNT_ACKNOWLEDGED = "vote:count_acknowledged"
    COUNT_DUE = "vote:count_due"
    DECLINED = "consent:declined"
    ENDORSED = "endorsement:given"
    ENDORSEMENT_TAKEN_BACK = "endorsement:taken_back"
    EXTENDED = "vote:extended"
    INTEREST_DECLARED = "interest:declared"
    INTEREST_TAKEN_BACK = "interest:taken_back"
    KEY_DESTROYED = "key:destroyed"
    NO_VETO_RECORDED = "no_veto:recorded"
    OFFICER_ASKED = "officer:asked"
    OFFICER_DISMISSED = "officer:dismissed"
    OFFICE_ACCEPTED = "office:accepted"
    OFFICE_GIVEN_BACK = "office:given_back"
    OPENED = "vote:opened"
    PROPOSED = "nomination:proposed"
    RESOLUTION_BLOCKED = "resolution:blocked"
    RESOLUTION_EFFECTIVE = "resolution:effective"
    RESOLUTION_OBJECTED = "resolution:objected"
    RESOLUTION_RECORDED = "resolution:recorded"
    TURNOUT_NOTED = "turnout:noted"
    VETO_CONFIRMED = "veto:confirmed"
    VETO_LAPSED = "veto:lapsed"
    VETO_RECORDED = "veto:recorded"
    VETO_REFUSED = "veto:refused"
    VETO_WAITS = "veto:waits"
    VOTERS_REMINDED = "vote:reminded"
    WITHDRAWN = "nomination:withdrawn"
