"""Template tags about votes: built in, so no template loads them."""

from __future__ import annotations

from dataclasses import dataclass

from django import template

from nominations.tally import Verdict

register = template.Library()

#: In pixels: the bar on a phone 320 pixels wide, one character of its words, and the space before them.
_BAR, _CHARACTER, _SPACE = 246, 8.2, 8
#: In percent: nearer to an end than this, the label of the line would stand out of the drawing.
_EDGE = 12
#: In percent: with the line right of this, its label leaves no room above the end of the bar.
_RIGHT_MOST = 70


@dataclass(frozen=True)
class VoteChart:
    """The yes votes against the line of the threshold; lengths in percent of the bar."""

    whole: int
    yes: float
    """The width of the yes votes."""
    no: float
    """The width of the no votes."""
    no_end: float
    """Where the no votes end: at the end of the bar, unless others count as well."""
    has_room_for_yes: bool
    """Whether the number of yes votes fits on their part; else it stands right of it."""
    place_of_no: str
    """Where the number of no votes stands: ``inside`` their part, ``above`` the bar, or nowhere."""
    line: float
    """Where the line of the threshold is."""
    anchor: str
    """The part of its label that stands at the line: start, middle or end, as SVG has it."""


@register.simple_tag
def vote_chart(verdict: Verdict) -> VoteChart:
    """Return the shapes of `components/two_thirds.html`."""
    part, base = verdict.threshold
    line = _percent(part, base)
    tally, whole = verdict.tally, verdict.whole
    yes, no = _percent(tally.yes, whole), _percent(tally.no, whole)
    has_room_for_yes = yes >= _room(f"{tally.yes} yes")
    yes_ends = _room(f"{tally.yes} yes") + (0 if has_room_for_yes else yes)
    fits = no >= _room(f"{tally.no} no") and yes + no - _room(f"{tally.no} no") >= yes_ends
    return VoteChart(
        whole=whole,
        yes=yes,
        no=no,
        no_end=round(yes + no, 2),
        has_room_for_yes=has_room_for_yes,
        # Above the bar there is room beside the label of the line, which is as a rule at two thirds.
        place_of_no="inside" if fits else "above" if tally.yes + tally.no == whole and line <= _RIGHT_MOST else "",
        line=line,
        anchor="start" if line < _EDGE else "end" if line > 100 - _EDGE else "middle",
    )


def _room(label: str) -> float:
    """Return what a label needs on a phone, in percent of the bar."""
    return 100 * (len(label) * _CHARACTER + _SPACE) / _BAR


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0
