"""What can happen to nominations and votes, as the audit log names it.

Targets: ``nomination:*`` the nomination, everything else the vote, whose data names the nomination.
"""

from enum import StrEnum


class NominationEvent(StrEnum):
    BALLOT_RECORDED = "ballot:recorded"
    CONFIRMED = "nomination:confirmed"
    KEY_DESTROYED = "key:destroyed"
    NO_VETO_RECORDED = "no_veto:recorded"
    OPENED = "vote:opened"
    CLOSED = "vote:closed"
    PROPOSED = "nomination:proposed"
    VETO_RECORDED = "veto:recorded"
    WITHDRAWN = "nomination:withdrawn"
