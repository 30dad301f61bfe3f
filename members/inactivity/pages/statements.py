"""What an inactivity review recommends, and what it rests on, as sentences for pages, files and mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from members.inactivity.enums import ReviewGroup
from members.inactivity.placing import is_own_rule
from web.dates import day_in_words

#: PEP 811: "a report of inactive members of the PSRT with the recommendation to remove the inactive users".
_REMOVE = "Remove (PEP 811)"
_NONE = "None (the portal’s own rule)"
_EXEMPT = "None (PEP 811 exempts the role)"


def recommended_for(group: str) -> str:
    """Return what is recommended for a name in `group`, with its source; "" for a name in no list."""
    if group == ReviewGroup.INACTIVE:
        return _REMOVE
    if is_own_rule(group):
        return _NONE
    return _EXEMPT if group == ReviewGroup.EXEMPT else ""


def recommendation(inactive: Sequence[str], apart: int) -> str:
    """Return the recommendation to the Steering Council, given the inactive names and how many are listed apart."""
    if not inactive:
        first = "PEP 811 asks to recommend the removal of inactive members. This review recommends nobody for removal."
    else:
        count = "this inactive member" if len(inactive) == 1 else f"these {len(inactive)} inactive members"
        names = " and ".join(part for part in (", ".join(inactive[:-1]), inactive[-1]) if part)
        first = f"The Steering Council is recommended to remove {count} from the team (PEP 811): {names}."
    if not apart:
        return first
    more = "One member is" if apart == 1 else f"{apart} members are"
    return f"{first} {more} listed apart by the portal’s own rules, without a recommendation."


def basis(recorded_from: date | None, credits_read_at: datetime | None) -> str:
    """Return that a review rests on credits and notes only before the portal's records begin; "" when they cover it."""
    if recorded_from is None:
        return ""
    what = "coordinator credits on GitHub and on notes of the admins only"
    if credits_read_at is None:
        what = "notes of the admins only, for no coordinator credits were read"
    return (
        f"The portal’s records begin on {day_in_words(recorded_from)}. For the time before, this list rests on {what}."
    )


def what_counts(credits_read_at: datetime | None) -> str:
    """Return what a review counts as activity."""
    if credits_read_at is None:
        return (
            "Counted: the portal’s own records, and notes of the admins. Coordinator credits on GitHub were not read."
        )
    day = day_in_words(credits_read_at.date())
    return f"Counted: the portal’s own records, coordinator credits on GitHub as of {day}, and notes of the admins."
