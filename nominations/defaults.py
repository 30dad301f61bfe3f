"""The rules as they are unless a setting says otherwise: name, value, meaning and source of each.

Imports nothing of the portal: the settings read it before any app is loaded. A part of a whole, such as two thirds,
is a pair of whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Source:
    """The document a rule comes from; without an address it is a rule of this portal."""

    name: str
    url: str = ""


PEP_811 = Source("PEP 811", "https://peps.python.org/pep-0811/")
PEP_13 = Source("PEP 13", "https://peps.python.org/pep-0013/")
GUIDE = Source("Developer’s Guide, PSRT", "https://devguide.python.org/security/psrt/")
CORE_TEAM_GUIDE = Source("Developer’s Guide, core team", "https://devguide.python.org/core-team/join-team/")
OURS = Source("The portal’s own rule")


#: When the veto window begins, in the words of every page and mail.
COUNTED_FROM = "counted from the moment when the first mail to the council was handed over"


@dataclass(frozen=True)
class Default(Generic[T]):
    """One rule. `name` is the setting of the same name, and the variable in the environment."""

    name: str
    value: T
    meaning: str
    source: Source
    note: str = ""


VOTING_PERIOD = Default(
    "VOTING_PERIOD_HOURS", 168, "Hours a vote stays open, counted from its opening", PEP_811, "“open for one week”"
)
THRESHOLD = Default(
    "VOTE_THRESHOLD",
    (2, 3),
    "The part that must be yes, compared exactly and never rounded",
    PEP_811,
    "“at least two-thirds positive votes”",
)
BASE = Default("VOTE_BASE", "yes_no", "What that part is taken of: yes_no, cast or entitled", OURS)
LOW_TURNOUT = Default(
    "LOW_TURNOUT", (1, 3), "Below this part of the roll an admin adds a note before anybody joins", OURS
)
EXTENSION = Default(
    "EXTENSION_MAX_HOURS", 336, "Hours by which all extensions of a vote together can move its close at most", OURS
)
VETO_WINDOW = Default(
    "VETO_WINDOW_HOURS",
    168,
    f"Hours in which the Steering Council can veto, {COUNTED_FROM}",
    OURS,
    "PEP 811 gives the Steering Council its veto and names no window",
)
CONSENT = Default("CONSENT_DAYS", 14, "Days in which somebody proposed can accept or decline", OURS)
RENOMINATION = Default(
    "RENOMINATION_WAIT_DAYS", 90, "Days after a failed vote or a veto before the same person can be proposed", OURS
)
RETURN = Default(
    "RETURN_BY_DECISION",
    False,
    "Whether the Steering Council can let an emeritus member come back without a vote",
    OURS,
)


def is_below(part: tuple[int, int], least: tuple[int, int]) -> bool:
    """Return whether the part of a whole is smaller than `least`, exactly."""
    return part[0] * least[1] < least[0] * part[1]


#: In the order in which a nomination meets them.
ALL = (CONSENT, VOTING_PERIOD, EXTENSION, THRESHOLD, BASE, LOW_TURNOUT, VETO_WINDOW, RENOMINATION, RETURN)

#: PEP 811 gives the council its veto; a council that cannot be told has none.
NO_SEAT = (
    "Nobody on the Steering Council could be told that this vote has passed: no seat that may decide on it has a login "
    "or an invitation that mail reaches. Invite a council member first."
)
#: The same, where the time for a veto is over: the silence of people who are locked out says nothing.
LOCKED_OUT = (
    "No member of the Steering Council who may decide can sign in, so its silence says nothing. "
    "End a suspension, or invite a council member, first."
)
