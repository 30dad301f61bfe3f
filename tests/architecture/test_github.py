"""Workflows run what people run, with as few rights as they need; the forms for issues are whole."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.architecture.source import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = [path for path in sorted((GITHUB / "ISSUE_TEMPLATE").glob("*.yml")) if path.name != "config.yml"]
TARGETS = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
#: What a job may do beside reading the code. A push with the workflow's own token starts no checks: they are started.
RIGHTS = {"propose": {"contents": "write", "pull-requests": "write", "actions": "write"}}


def load(path: Path) -> dict[str, Any]:
    """Return a YAML file; YAML reads the key ``on`` as true, so this keeps every plain word as text."""
    document: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    return document


def jobs() -> dict[str, dict[str, Any]]:
    """Return every job of every workflow by its name."""
    return {name: job for path in WORKFLOWS for name, job in load(path)["jobs"].items()}


def steps() -> list[dict[str, Any]]:
    return [step for job in jobs().values() for step in job["steps"]]


def exists(command: str) -> bool:
    """Return whether a command is a make target of ours, or a script that can be run."""
    target = re.fullmatch(r"make ([a-z-]+)", command)
    if target:
        return target[1] in TARGETS
    return (ROOT / command).is_file() and os.access(ROOT / command, os.X_OK)


def test_workflows_call_only_scripts_and_targets_that_exist() -> None:
    """One line each: what takes more is a script, which people can run and tests can read."""
    commands = [step["run"] for step in steps() if "run" in step]
    assert [command for command in commands if not exists(command)] == []
    assert {".ci/run", ".ci/audit", ".ci/propose-pins", "make test-fast"} == set(commands)


def test_workflows_start_by_themselves() -> None:
    starts = {path.stem: set(load(path)["on"]) for path in WORKFLOWS}
    assert starts == {
        "checks": {"push", "pull_request", "workflow_dispatch"},
        "pins": {"schedule", "workflow_dispatch"},
        "audit": {"schedule", "push", "pull_request", "workflow_dispatch"},
    }


def test_actions_are_pinned_by_commit() -> None:
    """A tag can be moved to other code."""
    lines = [line.strip(" -") for path in WORKFLOWS for line in path.read_text(encoding="utf-8").splitlines()]
    uses = [line for line in lines if line.startswith("uses:")]
    assert len(uses) == len([step for step in steps() if "uses" in step])
    assert [
        line for line in uses if not re.fullmatch(r"uses: actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)
    ] == []


def test_workflows_have_no_rights_that_they_do_not_need() -> None:
    assert {path.stem: load(path)["permissions"] for path in WORKFLOWS} == {
        path.stem: {"contents": "read"} for path in WORKFLOWS
    }
    assert {name: job["permissions"] for name, job in jobs().items() if "permissions" in job} == RIGHTS
    checkouts = [step for step in steps() if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == len(jobs())
    assert [step for step in checkouts if step["with"] != {"persist-credentials": "false"}] == []


def test_every_job_ends_by_itself() -> None:
    assert [name for name, job in jobs().items() if not 0 < int(job["timeout-minutes"]) <= 90] == []


def test_the_checks_run_on_every_python_that_readme_names() -> None:
    text = (GITHUB / "workflows/checks.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"\b3\.\d\d\b", text)) == {"3.11", "3.12", "3.13", "3.14"}
    assert "Python 3.11 to 3.14" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_packages_are_moved_by_make_pins_only() -> None:
    updates = load(GITHUB / "dependabot.yml")["updates"]
    assert [update["package-ecosystem"] for update in updates] == ["github-actions", "docker", "docker-compose"]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_asks_for_each_thing_once(path: Path) -> None:
    form = load(path)
    assert {"name", "description", "body"} <= form.keys()
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert {field["type"] for field in fields} <= {"input", "textarea", "dropdown", "checkboxes"}
    ids = [field["id"] for field in fields]
    assert len(ids) == len(set(ids)) > 0
    assert all(field["attributes"]["label"] for field in fields)
    assert any(field.get("validations", {}).get("required") == "true" for field in fields)


def test_vulnerabilities_are_led_away_from_public_issues() -> None:
    config = load(GITHUB / "ISSUE_TEMPLATE/config.yml")
    assert config["blank_issues_enabled"] == "false"
    assert [link["name"] for link in config["contact_links"]] == ["A vulnerability in Python, pip or this portal"]


# -- .ci/propose-pins --------------------------------------------------------------------------------------


class Repository:
    """A clone with a remote, where ``make pins`` moves one pin and ``gh`` writes down what it is asked."""

    def __init__(self, folder: Path) -> None:
        self.clone, self.remote, self.programs = folder / "clone", folder / "remote.git", folder / "bin"
        self.calls = folder / "calls"
        for path in (self.programs, self.clone / ".ci", self.clone / "requirements"):
            path.mkdir(parents=True)
        shutil.copy(ROOT / ".ci/propose-pins", self.clone / ".ci")
        (self.clone / "Makefile").write_text("pins:\n\t@cp ../newest.txt requirements/dev.txt\n", encoding="utf-8")
        (self.clone / "requirements/dev.txt").write_text(self.pin("1.0"), encoding="utf-8")
        subprocess.run(["git", "init", "--quiet", "--bare", str(self.remote)], check=True)
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("remote", "add", "origin", str(self.remote))
        self.git("add", ".")
        self.git("commit", "--quiet", "--message", "first")
        self.git("push", "--quiet", "origin", "main")

    def pin(self, version: str, digest: str = "") -> str:
        return f"app=={version} \\\n    --hash=sha256:{digest or version}\n"

    def git(self, *arguments: str) -> str:
        command = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *arguments]
        return subprocess.run(command, cwd=self.clone, capture_output=True, text=True, check=True).stdout.strip()

    def propose(self, newest: str, open_requests: str = "", digest: str = "") -> str:
        """Run the script on main, on a day on which `newest` is out, and return what ``gh`` was asked."""
        self.git("switch", "--quiet", "main")
        (self.clone.parent / "newest.txt").write_text(self.pin(newest, digest), encoding="utf-8")
        gh = self.programs / "gh"
        script = ["#!/bin/sh", f'echo "$*" >>"{self.calls}"', f'[ "$2" != list ] || printf "%s" "{open_requests}"']
        gh.write_text("\n".join(script) + "\n", encoding="utf-8")
        gh.chmod(0o755)
        self.calls.write_text("", encoding="utf-8")
        environment = {"PATH": f"{self.programs}:{os.environ['PATH']}", "HOME": str(self.programs)}
        subprocess.run([self.clone / ".ci/propose-pins"], env=environment, check=True, capture_output=True)
        return self.calls.read_text(encoding="utf-8")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_moved_pins_are_proposed_and_checked(repository: Repository) -> None:
    calls = repository.propose("1.1")
    assert re.findall(r"^(pr \w+|workflow run checks.yml)", calls, re.MULTILINE) == [
        "pr list", "pr create", "workflow run checks.yml",
    ]  # fmt: skip
    assert (
        repository.git("log", "--format=%s", "origin/main..origin/newest-pins") == "pins: move to the newest releases"
    )
    assert repository.git("diff", "--name-only", "origin/main", "origin/newest-pins") == "requirements/dev.txt"
    body = (repository.clone / ".git/pins.md").read_text(encoding="utf-8")
    assert "-app==1.0\n+app==1.1\n" in body
    assert "hash" not in body


def test_an_open_proposal_is_renewed(repository: Repository) -> None:
    repository.propose("1.1")
    calls = repository.propose("1.2", open_requests="7")
    assert "pr create" not in calls
    assert "pr edit newest-pins" in calls
    assert "app==1.2" in repository.git("show", "origin/newest-pins:requirements/dev.txt")
    assert repository.git("rev-list", "--count", "origin/main..origin/newest-pins") == "1"


def test_hashes_that_moved_alone_are_proposed(repository: Repository) -> None:
    """A wheel that is added to a release, for a new Python, leaves the version as it is."""
    assert "pr create" in repository.propose("1.0", digest="of-another-wheel")
    assert "of-another-wheel" in repository.git("show", "origin/newest-pins:requirements/dev.txt")
    body = (repository.clone / ".git/pins.md").read_text(encoding="utf-8")
    assert "```diff\n# no version has moved, only hashes\n```\n" in body


def test_nothing_is_proposed_when_nothing_has_moved(repository: Repository) -> None:
    repository.propose("1.1")
    repository.git("switch", "--quiet", "main")
    repository.git("merge", "--quiet", "--ff-only", "newest-pins")
    assert repository.propose("1.1") == ""
