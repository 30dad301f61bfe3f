"""The rules as they are unless a setting says otherwise: name, value, meaning and source of each.

Imports nothing of the portal: the settings read it before any app is loaded. A part of a whole, such as two thirds,
is a pair of whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

_PEP = "PEP 811"
_OURS = "the portal’s own; PEP 811 is silent"


#: When the veto window begins, in the words of every page and mail.
COUNTED_FROM = "counted from the moment when the first mail to it was handed over"


@dataclass(frozen=True)
class Default(Generic[T]):
    """One rule. `name` is the setting of the same name, and the variable in the environment."""

    name: str
    value: T
    meaning: str
    source: str


VOTING_PERIOD = Default(
    "VOTING_PERIOD_HOURS", 168, "Hours a vote stays open, counted from its opening", f"{_PEP}: “open for one week”"
)
THRESHOLD = Default(
    "VOTE_THRESHOLD",
    (2, 3),
    "The part that must be yes, compared exactly and never rounded",
    f"{_PEP}: “at least two-thirds positive votes”",
)
BASE = Default("VOTE_BASE", "yes_no", "What that part is taken of: yes_no, cast or entitled", _OURS)
LOW_TURNOUT = Default(
    "LOW_TURNOUT", (1, 3), "Below this part of the roll an admin adds a note before anybody joins", _OURS
)
EXTENSION = Default(
    "EXTENSION_MAX_HOURS", 336, "Hours by which all extensions of a vote together can move its close at most", _OURS
)
VETO_WINDOW = Default(
    "VETO_WINDOW_HOURS",
    168,
    f"Hours in which the Steering Council can veto, {COUNTED_FROM}",
    f"{_PEP} gives the Steering Council its veto and names no window; the length is the portal’s own",
)
CONSENT = Default("CONSENT_DAYS", 14, "Days in which somebody proposed can accept or decline", _OURS)
RENOMINATION = Default(
    "RENOMINATION_WAIT_DAYS", 90, "Days after a failed vote or a veto before the same person can be proposed", _OURS
)
RETURN = Default(
    "RETURN_BY_DECISION",
    False,
    "Whether the Steering Council can let an emeritus member come back without a vote",
    _OURS,
)

#: In the order in which a nomination meets them.
ALL = (CONSENT, VOTING_PERIOD, EXTENSION, THRESHOLD, BASE, LOW_TURNOUT, VETO_WINDOW, RENOMINATION, RETURN)
