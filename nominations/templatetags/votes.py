"""Template tags about votes: built in, so no template loads them."""

from __future__ import annotations

from dataclasses import dataclass

from django import template

from nominations.tally import Verdict
from web.wording import part_in_words

register = template.Library()

#: The width of the drawing in `components/two_thirds.html`.
_WIDTH = 480


@dataclass(frozen=True)
class VoteChart:
    """The yes votes against the line of the threshold; lengths in the drawing's units."""

    whole: int
    needed: int
    """The smallest number of yes that passes, of the same whole."""
    part: str
    """The threshold in words."""
    yes_width: float
    line: float


@register.simple_tag
def vote_chart(verdict: Verdict) -> VoteChart:
    """Return the shapes of `components/two_thirds.html`."""
    part, base = verdict.threshold
    whole = verdict.whole
    return VoteChart(
        whole=whole,
        needed=-(-part * whole // base),
        part=part_in_words(verdict.threshold),
        yes_width=round(_WIDTH * verdict.tally.yes / whole, 2) if whole else 0.0,
        line=round(_WIDTH * part / base, 2),
    )
