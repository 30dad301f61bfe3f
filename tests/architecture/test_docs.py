"""The documents name what is there."""

from __future__ import annotations

import re

import yaml

from docs import build
from tests.architecture.source import ROOT


def test_no_document_names_what_is_not_there() -> None:
    assert list(build.dead_names()) == []


def test_what_is_generated_in_the_documents_is_up_to_date() -> None:
    """`make docs` writes it."""
    assert build.operations() == build.OPERATIONS.read_text(encoding="utf-8")
    assert build.mail() == build.MAIL.read_text(encoding="utf-8")


def test_every_command_people_type_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)) == {
        "help", "setup", "run", "shell", "migrate", "test", "test-fast", "attack", "chaos", "mutation", "lint",
        "format", "bench", "docs", "pins",
    }  # fmt: skip


def test_the_hooks_run_what_lint_runs() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repository["repo"] for repository in hooks["repos"]] == ["local"]
    programs = {
        hook["entry"].replace("env ", "").split(".venv/bin/")[1].split()[0] for hook in hooks["repos"][0]["hooks"]
    }
    assert programs == {"ruff", "djlint", "lint-imports", "mypy", "python"}
