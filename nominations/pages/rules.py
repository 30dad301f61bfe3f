"""The page that lists every rule: those that a setting can change, and those that none changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from nominations import defaults, rules


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


def context() -> dict[str, Any]:
    """Return the context of the page."""
    return {
        "rules": catalogue(),
        "fixed": FIXED,
        "version": rules.VERSION,
        "model": defaults.PEP_13,
        "core_team": defaults.CORE_TEAM_GUIDE,
    }


def catalogue() -> list[RuleInForce]:
    """Return every rule with its value here, its default and its source."""
    return [RuleInForce(default, _shown(getattr(settings, default.name))) for default in defaults.ALL]


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "/".join(str(part) for part in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)
