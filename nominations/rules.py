"""The rules in force, and the copy that each vote keeps of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings

from nominations import defaults
from nominations.tally import LOW_TURNOUT, THRESHOLD, Base, Fraction, Tally, Verdict
from web.wording import in_words, part_in_words

#: Raised when the meaning of a rule changes; a vote goes by the version it was opened under.
VERSION = 1


@dataclass(frozen=True)
class Rules:
    """The rules of one vote, copied into it at opening, so that a later change never reaches it."""

    version: int
    period_hours: float
    veto_window_hours: float
    base: Base
    threshold: Fraction
    low_turnout: Fraction = LOW_TURNOUT

    @property
    def period(self) -> timedelta:
        """The time in which ballots are taken."""
        return timedelta(hours=self.period_hours)

    @property
    def veto_window(self) -> timedelta:
        """The time that the Steering Council has, from the moment it was told."""
        return timedelta(hours=self.veto_window_hours)

    @property
    def period_in_words(self) -> str:
        """Such as ``7 days``."""
        return in_words(self.period)

    @property
    def veto_window_in_words(self) -> str:
        """Such as ``7 days``."""
        return in_words(self.veto_window)

    @property
    def needed_in_words(self) -> str:
        """Such as ``at least two thirds of the yes and no votes``."""
        return f"at least {part_in_words(self.threshold)} of {self.base.label}"

    @property
    def asks_for_two_thirds(self) -> bool:
        """Whether two thirds of the yes and no votes have to be yes, as in the examples and in recount.py."""
        return (self.base, self.threshold) == (Base.YES_NO, THRESHOLD)

    def judge(self, tally: Tally, entitled: int) -> Verdict:
        """Return the verdict on `tally`; `entitled` is how many were on the roll."""
        return Verdict(tally, entitled, self.base, self.threshold)

    def as_json(self) -> dict[str, Any]:
        """Return the value of `Vote.rules`."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Rules:
        """Read what `as_json` wrote, or an earlier version of the portal."""
        fractions: dict[str, Any] = {name: tuple(data[name]) for name in ("threshold", "low_turnout") if name in data}
        return cls(**{**data, **fractions, "base": Base(data["base"])})


def in_force() -> Rules:
    """Return the rules by which a vote opened now would go."""
    return Rules(
        version=VERSION,
        period_hours=settings.VOTING_PERIOD_HOURS,
        veto_window_hours=settings.VETO_WINDOW_HOURS,
        base=Base(settings.VOTE_BASE),
        threshold=settings.VOTE_THRESHOLD,
        low_turnout=settings.LOW_TURNOUT,
    )


@dataclass(frozen=True)
class RuleInForce:
    """One rule for the page that lists them."""

    default: defaults.Default[Any]
    value: str

    @property
    def shown_default(self) -> str:
        """The default as people write it."""
        return _shown(self.default.value)

    @property
    def is_default(self) -> bool:
        """Whether nobody has set it otherwise."""
        return self.value == self.shown_default


@dataclass(frozen=True)
class FixedRule:
    """One rule that no setting changes."""

    sentence: str
    source: defaults.Source


#: In the order in which a nomination meets them.
FIXED = (
    FixedRule("Any current member can nominate, however active they are.", defaults.PEP_811),
    FixedRule("Anybody can be nominated; where they come from is shown and refuses nobody.", defaults.GUIDE),
    FixedRule("Nobody nominates themselves, and a person has one open nomination at a time.", defaults.OURS),
    FixedRule("The nominee accepts by a private link before the vote can open.", defaults.OURS),
    FixedRule("The current members vote.", defaults.PEP_811),
    FixedRule(
        "The roll is who is a member when the vote opens, without the nominee, and without the officer if one keeps "
        "the key.",
        defaults.OURS,
    ),
    FixedRule("A vote opens only while mail reaches somebody on the Steering Council who can veto.", defaults.OURS),
    FixedRule("The nominator and the admin who runs the vote are different people.", defaults.OURS),
    FixedRule("A council member with a conflict of interest takes no part in the decision.", defaults.PEP_13),
    FixedRule(
        "A member who has declared an interest keeps their vote, and does not act on that nomination as an admin or "
        "council member.",
        defaults.OURS,
    ),
    FixedRule("No vote closes early.", defaults.PEP_811),
    FixedRule("Nobody sees a count before the close, admins included, as in the core team’s poll.", defaults.OURS),
    FixedRule("Abstaining is a third choice; the core team’s poll has two, for and against.", defaults.OURS),
    FixedRule(
        "After the close the roll, and after a pass the Steering Council, see who took part; the core team’s poll "
        "shows it to nobody.",
        defaults.OURS,
    ),
    FixedRule("Somebody must vote yes: a vote in which all abstain fails.", defaults.OURS),
    FixedRule("Admins see to the count.", defaults.GUIDE),
    FixedRule(
        "The portal counts by the clock. An admin acknowledges the count, and nothing waits for that.", defaults.OURS
    ),
    FixedRule("The Steering Council can veto a nomination that has passed.", defaults.PEP_811),
    FixedRule("The council gets its chance to veto by mail.", defaults.GUIDE),
    FixedRule("An admin can record a veto that came by mail.", defaults.OURS),
    FixedRule(f"The window for a veto is {defaults.COUNTED_FROM}; before that nobody joins.", defaults.OURS),
    FixedRule(
        "The council decides by a vote: in favour, against and abstained add up to the seats filled on that day.",
        defaults.PEP_13,
    ),
    FixedRule("From the record of a veto on nobody joins, and a second council member confirms it.", defaults.OURS),
    FixedRule("On the council’s silence an admin confirms before anybody joins.", defaults.OURS),
    FixedRule(
        "Failed, declined, withdrawn, cancelled, annulled and vetoed nominations are never public.", defaults.OURS
    ),
)


def catalogue() -> list[RuleInForce]:
    """Return every rule with its value here, its default and its source."""
    return [RuleInForce(default, _shown(getattr(settings, default.name))) for default in defaults.ALL]


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "/".join(str(part) for part in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)
