"""Write the generated part of docs/operations.md and check the names in all documents: ``make docs``.

With ``--check`` it writes nothing and fails when something would change.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPERATIONS = ROOT / "docs" / "operations.md"
BEGIN, END = "<!-- variables: from .env.example by `make docs` -->", "<!-- end of variables -->"


def documents() -> list[Path]:
    """Return every document of the project."""
    apps = [
        path
        for pattern in ("*/README.md", "*/*/README.md")
        for path in ROOT.glob(pattern)
        if path.parent.relative_to(ROOT).parts[0] not in {".venv", "var", "staticfiles"}
    ]
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), *sorted(apps)]


def variables() -> str:
    """Return the variables of .env.example as Markdown: a heading and a table for each part."""
    parts: list[str] = []
    explanation = ""
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"# -- (.*?) -+$", line):
            parts += [
                "",
                f"### {heading[1][0].upper()}{heading[1][1:]}",
                "",
                "| variable | what it is | default or example |",
            ]
            parts += ["|---|---|---|"]
        elif variable := re.match(r"#?([A-Z][A-Z0-9_]*)=(.*)$", line):
            value = f"`{variable[2]}`" if variable[2] else ""
            parts.append(f"| `{variable[1]}` | {explanation.replace('|', '/')} | {value} |")
        elif line.startswith("# "):
            explanation = line[2:]
    return "\n".join(parts).strip()


def operations() -> str:
    """Return docs/operations.md with the present variables."""
    text = OPERATIONS.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{variables()}\n\n{END}{after}"


def dead_names() -> Iterator[str]:
    """Yield links between documents that lead nowhere, and files named in backquotes that do not exist."""
    for path in documents():
        text = path.read_text(encoding="utf-8")
        where = path.relative_to(ROOT)
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
            if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists():
                yield f"{where}: the link {target} leads nowhere"
        for named in re.findall(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|md|sh|conf|yml|toml|txt|html|css|js))`", text):
            if not any((folder / named).exists() for folder in (ROOT, path.parent, ROOT / "docs")):
                yield f"{where}: {named} is not there"


def main() -> int:
    """Return 1 if a document names what does not exist, or is out of date under ``--check``; otherwise 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when something would change")
    check = parser.parse_args().check
    faults = list(dead_names())
    wanted = operations()
    if wanted != OPERATIONS.read_text(encoding="utf-8"):
        if check:
            faults.append("docs/operations.md is older than .env.example: run make docs")
        else:
            OPERATIONS.write_text(wanted, encoding="utf-8")
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
