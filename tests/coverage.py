"""Say which lines and branches no test runs: ``python -m tests.coverage FILE``, with the JSON that SlipCover wrote.

Ends with 1 unless 95 % of everything ran, and all of what decides: policy, workflow, queries and records.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path, PurePath
from typing import Any

LEAST = 95
#: Files of which everything has to run, as `PurePath.match` reads them.
WHOLE = [
    "*/policy.py",
    "*/policy/*",
    "*/workflow.py",
    "*/workflow/*",
    "*/queries.py",
    "*/queries/*",
    "*/records/*",
]


def main(path: Path) -> int:
    """Print a line for each file that is not covered and what is too little; return the exit status."""
    measured = json.loads(path.read_text(encoding="utf-8"))
    share, missing = measured["summary"]["percent_covered"], sorted(_missing(measured["files"]))
    too_little = [name for name, _ in missing if is_whole(name)]
    said = [f"{name}: {what}" for name, what in missing]
    said.append(f"{share:.1f} % of lines and branches were run; {LEAST} are asked for.")
    if too_little:
        said.append(f"Of these everything has to run: {', '.join(too_little)}")
    sys.stdout.write("\n".join([*said, ""]))
    return int(share < LEAST or bool(too_little))


def is_whole(name: str) -> bool:
    """Return whether everything in this file has to run."""
    return any(PurePath(name).match(pattern) for pattern in WHOLE)


def _missing(files: dict[str, Any]) -> list[tuple[str, str]]:
    found = []
    for name, file in files.items():
        lines = [str(line) for line in file["missing_lines"]]
        branches = [f"{start}->{end or 'exit'}" for start, end in file["missing_branches"]]
        if lines or branches:
            found.append((name, ", ".join(lines + branches)))
    return found


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
