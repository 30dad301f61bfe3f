"""Write the generated parts of docs/operations.md and docs/mail.md, check the names in all documents: ``make docs``.

With ``--check`` it writes nothing and fails when something would change.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
OPERATIONS = ROOT / "docs" / "operations.md"
BEGIN, END = "<!-- variables: from .env.example by `make docs` -->", "<!-- end of variables -->"
MAIL = ROOT / "docs" / "mail.md"
MAIL_BEGIN, MAIL_END = "<!-- kinds: from notifications/kinds.py by `make docs` -->", "<!-- end of kinds -->"


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


def kinds() -> str:
    """Return the kinds of mail as Markdown: a heading and a list for each topic."""
    _prepare_django()
    from notifications.enums import Topic  # noqa: PLC0415 - Django has to be ready
    from notifications.kinds import TOPICS, kind_of  # noqa: PLC0415
    from notifications.routes import ROUTES  # noqa: PLC0415

    found: dict[Topic | None, set[str]] = {topic: set() for topic in [*TOPICS, None]}
    for event, routes in ROUTES.items():
        for route in routes:
            kind = kind_of(route.mail, event)
            found[kind.topic].add(f"- {kind.title}{f' {kind.until} …' if kind.until else ''}")
    parts = []
    for topic, titles in found.items():
        heading = "Without a topic: at once"
        if topic is not None:
            traits = TOPICS[topic]
            rhythms = ", ".join(str(rhythm.label).lower() for rhythm in traits.rhythms)
            heading = f"{topic.label}: {rhythms}" + "; admins cannot switch it off" * traits.is_duty_of_admins
        parts += [f"## {heading}", "", *sorted(titles), ""]
    return "\n".join(parts).strip()


def _prepare_django() -> None:
    """Load the apps, unless they are, with the settings of a development portal that reads no file."""
    if apps.ready:
        return
    sys.path.insert(0, str(ROOT))
    os.environ |= {"DEPLOYMENT": "development", "SECRET_KEY": "x" * 60, "ENV_FILE": os.devnull}
    os.environ |= {"VAR_DIR": tempfile.gettempdir(), "DJANGO_SETTINGS_MODULE": "psrt_portal.settings"}
    django.setup()


def operations() -> str:
    """Return docs/operations.md with the present variables."""
    return _with_part(OPERATIONS, BEGIN, END, variables())


def mail() -> str:
    """Return docs/mail.md with the present kinds of mail."""
    return _with_part(MAIL, MAIL_BEGIN, MAIL_END, kinds())


def _with_part(path: Path, begin: str, end: str, part: str) -> str:
    """Return the text of a document with `part` between its two marks."""
    before, _, rest = path.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n\n{part}\n\n{end}{after}"


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
    generated = (
        (OPERATIONS, operations(), ".env.example"),
        (MAIL, mail(), "notifications/kinds.py"),
    )
    for path, wanted, source in generated:
        if wanted == path.read_text(encoding="utf-8"):
            continue
        if check:
            faults.append(f"{path.relative_to(ROOT)} is older than {source}: run make docs")
        else:
            path.write_text(wanted, encoding="utf-8")
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
