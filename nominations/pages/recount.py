"""What a reader needs to count a vote again: the script that the portal serves, what it prints, and how to use it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from nominations.models import Nomination, Vote
from nominations.tally import Tally, Verdict

#: A static file, so that everybody gets the same one; docs/recount.md shows the same text, and a test compares the two.
_SCRIPT = Path(settings.BASE_DIR) / "static" / "scripts" / "recount.py"
_GUIDE = Path(settings.BASE_DIR) / "docs" / "recount.md"
_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
#: A link to another document, which the portal does not serve.
_DOCUMENT_LINK = re.compile(r"\[([^\]]+)\]\((?![a-z]+:)[^)]*\)")


@dataclass(frozen=True)
class Recount:
    """What the page of a counted vote says about counting it again."""

    board_file: str
    script: str
    output: str
    """What the script prints for the board of this vote."""
    is_by_default_rule: bool
    """Whether the vote goes by the rule that the script knows."""

    @property
    def script_lines(self) -> int:
        """The length of the script."""
        return len(self.script.splitlines())


def board_file(nomination: Nomination) -> str:
    """Return the name under which a browser saves the board."""
    return f"board-{nomination.reference}.txt"


def recount_of(vote: Vote, tally: Tally) -> Recount:
    """Return how to count this vote again."""
    output = f"{Verdict(tally).reason}\nAbstentions: {tally.abstain}\n{vote.board_hash}"
    name = board_file(vote.nomination)
    return Recount(name, _script(), output, vote.rules_kept.asks_for_two_thirds)


@cache
def _script() -> str:
    return _SCRIPT.read_text(encoding="utf-8")


@cache
def guide() -> str:
    """Return docs/recount.md for a page of the portal, in Markdown: without its title and links to other documents."""
    _, _, text = _GUIDE.read_text(encoding="utf-8").partition("\n")
    return _DOCUMENT_LINK.sub(r"\1", _COMMENT.sub("", text)).strip()
