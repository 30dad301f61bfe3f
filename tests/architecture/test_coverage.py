"""What `make test` asks of coverage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.coverage import main


def measured(share: float, **files: Any) -> dict[str, Any]:
    """What SlipCover writes: the share of everything, and by file the lines and branches that nothing ran."""
    return {
        "summary": {"percent_covered": share},
        "files": {
            name: {"missing_lines": lines, "missing_branches": branches} for name, (lines, branches) in files.items()
        },
    }


DATES: dict[str, Any] = {"web/dates.py": [[4, 9], [[3, 5], [8, 0]]]}


@pytest.mark.parametrize(
    ("share", "files", "status"),
    [
        (95.0, {"nominations/views/list.py": [[7], []]}, 0),
        (94.9, {"nominations/views/list.py": [[7], []]}, 1),
        (99.9, {"nominations/policy/offices.py": [[7], []]}, 1),
        (99.9, {"members/boarding/queries.py": [[], [[3, 0]]]}, 1),
        (99.9, {"advisories/records/osv.py": [[1], []]}, 1),
        (99.9, {"notifications/workflow.py": [[], []]}, 0),
    ],
)
def test_what_decides_has_to_run_whole_and_the_rest_to_95_percent(
    tmp_path: Path, share: float, files: dict[str, Any], status: int
) -> None:
    path = tmp_path / "measured.json"
    path.write_text(json.dumps(measured(share, **files)), encoding="utf-8")
    assert main(path) == status


def test_each_line_and_branch_that_nothing_ran_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "measured.json"
    path.write_text(json.dumps(measured(99.5, **DATES)), encoding="utf-8")
    main(path)
    assert capsys.readouterr().out.splitlines()[0] == "web/dates.py: 4, 9, 3->5, 8->exit"
