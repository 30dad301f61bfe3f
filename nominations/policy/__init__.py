"""The tables that say who may do what, when, and why not now.

`POLICY` is about one nomination, `COMMENTS` about one comment, `OF_NOMINEE` for the holder of the nominee's private
link, `GENERAL` about lists and proposing; `RESOLUTIONS` is about a decision of the Steering Council that is to be
recorded, `RECORDED` about one that is; `OFFICES` is for who keeps the key of a vote.
"""

from nominations.policy.general import GENERAL, GeneralAction
from nominations.policy.nominations import (
    COMMENTS,
    FREE_ADMIN,
    FREE_SEAT,
    LOCKED_OUT,
    NO_SEAT,
    OF_NOMINEE,
    POLICY,
    Action,
    CommentAction,
    NomineeAction,
    allowed,
    allows,
    holder_of_link,
    obstacle_to_decision_day,
    people_who,
    require,
)
from nominations.policy.offices import ASKED_TO_KEEP_KEY, OFFICES, OfficeAction
from nominations.policy.resolutions import (
    OBJECTION_TIME,
    RECORDED,
    RESOLUTIONS,
    RecordedAction,
    ResolutionAction,
    obstacle_to_effect,
)

__all__ = [
    "ASKED_TO_KEEP_KEY",
    "COMMENTS",
    "FREE_ADMIN",
    "FREE_SEAT",
    "GENERAL",
    "LOCKED_OUT",
    "NO_SEAT",
    "OBJECTION_TIME",
    "OFFICES",
    "OF_NOMINEE",
    "POLICY",
    "RECORDED",
    "RESOLUTIONS",
    "Action",
    "CommentAction",
    "GeneralAction",
    "NomineeAction",
    "OfficeAction",
    "RecordedAction",
    "ResolutionAction",
    "allowed",
    "allows",
    "holder_of_link",
    "obstacle_to_decision_day",
    "obstacle_to_effect",
    "people_who",
    "require",
]
