"""The columns of a roster file that the developer's guide has, for tests that are not about the file's shape."""

from __future__ import annotations

import csv
import io

from members.people.roster_file import GUIDE_COLUMNS

Row = tuple[str, ...]


def rows(text: str | bytes) -> list[Row]:
    """Return name, GitHub name and notes of each line, in the file's order."""
    decoded = text if isinstance(text, str) else text.decode()
    return [tuple(cells[:GUIDE_COLUMNS]) for cells in csv.reader(io.StringIO(decoded, newline=""))]
