"""Internals of django-allauth that the portal uses; they may change with any release."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

#: Module of ours and what it imports; each import has its reason beside it and a test of what the function does.
INTERNALS = {
    "members/accounts/adapters.py": {"allauth.account.internal.flows.login"},
    "members/accounts/workflow/factors.py": {"allauth.core.internal.cryptokit", "allauth.mfa.totp.internal.auth"},
    "members/resets/views/lost.py": {"allauth.account.internal.stagekit"},
    "web/limits.py": {"allauth.core.internal.ratelimit"},
}
_IMPORT = re.compile(r"^\s*(?:from|import) (allauth[\w.]*\binternal\b[\w.]*)", re.MULTILINE)


def test_internals_are_used_where_their_reason_stands_and_nowhere_else() -> None:
    root: Path = settings.BASE_DIR
    names = {
        config.name.partition(".")[0] for config in apps.get_app_configs() if Path(config.path).is_relative_to(root)
    }
    files = [path for name in names for path in (root / name).rglob("*.py") if ".venv" not in path.parts]
    assert len(files) > 200
    found = {str(path.relative_to(root)): set(_IMPORT.findall(path.read_text(encoding="utf-8"))) for path in files}
    assert {path: modules for path, modules in found.items() if modules} == INTERNALS


@pytest.mark.parametrize(
    ("line", "module"),
    [
        ("from allauth.mfa.totp.internal.auth import TOTP", "allauth.mfa.totp.internal.auth"),
        ("    import allauth.core.internal", "allauth.core.internal"),
        ("from allauth.core.ratelimit import consume", None),
    ],
)
def test_the_check_finds_an_import_of_internals(line: str, module: str | None) -> None:
    assert _IMPORT.findall(line) == ([module] if module else [])
