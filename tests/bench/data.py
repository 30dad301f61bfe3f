"""Fills the bench's database through the portal's own commands: 31 members, 121 advisories."""

from __future__ import annotations

import json
from pathlib import Path

from django.core.management import call_command

MEMBERS = 31
ADVISORIES = 121


def fill(folder: Path) -> None:
    """Write the files an import reads below `folder`, and import them."""
    roster = folder / "psrt.csv"
    roster.write_text("".join(_member(number) for number in range(MEMBERS)), encoding="utf-8")
    records = folder / "osv"
    records.mkdir()
    for number in range(ADVISORIES):
        record = _record(number)
        (records / f"{record['id']}.json").write_text(json.dumps(record), encoding="utf-8")
    with (folder / "import.log").open("w", encoding="utf-8") as log:
        call_command("migrate", verbosity=0, interactive=False, stdout=log)
        call_command("collectstatic", verbosity=0, interactive=False, stdout=log)
        call_command("import_roster", str(roster), stdout=log, stderr=log)
        call_command("import_osv", str(records), stdout=log, stderr=log)


def _member(number: int) -> str:
    role = {0: "Admin", 1: "Admin", 2: "Release Manager"}.get(number, "")
    return f"Member Number{number:02d},member-{number:02d},{role}\n"


def _record(number: int) -> dict[str, object]:
    year, month = 2010 + number // 8, number % 8 + 1
    moment = f"{year}-{month:02d}-15T12:00:00Z"
    return {
        "modified": moment,
        "published": moment,
        "schema_version": "1.5.0",
        "id": f"PSF-{year}-{month}",
        "aliases": [f"CVE-{year}-{1000 + number}"],
        "summary": f"An invented weakness number {number} in reading untrusted archives",
        "details": "A crafted archive makes the reader loop for ever.\n\nOnly who reads foreign archives suffers.",
        "affected": [
            {
                "ranges": [
                    {
                        "type": "GIT",
                        "repo": "https://github.com/python/cpython",
                        "events": [{"introduced": "0"}, {"fixed": f"{number:040x}"}],
                    }
                ]
            }
        ],
        "database_specific": {"cwe_ids": []},
        "references": [{"type": "REPORT", "url": f"https://github.com/python/cpython/issues/{number}"}],
    }
