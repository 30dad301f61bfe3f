"""The units of systemd and what else a machine without containers gets (deploy/systemd)."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
from celery.bin.base import CLIContext
from celery.bin.celery import celery

from psrt_portal import celery_app
from psrt_portal.embedded.postgresql import LOGGING
from tests import machine
from tests.architecture.source import ROOT
from tests.architecture.test_compose import MOUNTED
from tests.architecture.test_deploy import COMPOSE, SERVICES
from tests.architecture.test_settings import documented

UNITS = ROOT / "deploy/systemd"
LASTING = ["web", "worker", "beat"]
#: The commands that another part of the portal brings.
NIGHTLY = {"backup": "backup", "audit": "audit_verify"}
PROGRAM = shutil.which("systemd-analyze")


def unit(name: str) -> dict[str, dict[str, list[str]]]:
    """Return sections, names and values of a unit with the lines that all services share."""
    found: dict[str, dict[str, list[str]]] = {}
    for path in (UNITS / "psrt-portal-.service.d/10-common.conf", UNITS / f"psrt-portal-{name}.service"):
        section = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if header := re.fullmatch(r"\[(\w+)\]", line):
                section = header[1]
            elif line and line[0] not in "#;":
                key, _, value = line.partition("=")
                found.setdefault(section, {}).setdefault(key, []).append(value)
    return found


def command(name: str) -> list[str]:
    (line,) = unit(name)["Service"]["ExecStart"]
    program, *arguments = line.replace('""', "EMPTY").split()
    assert program == "/opt/psrt-portal/.venv/bin/python"
    return ["python", *("" if argument == "EMPTY" else argument for argument in arguments)]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units as they would lie in /etc, with a program that is there."""
    if PROGRAM is None:
        machine.skip_without("systemd-analyze")
    shutil.copytree(UNITS, tmp_path / "units")
    for path in (tmp_path / "units").glob("*.service"):
        text = path.read_text(encoding="utf-8").replace("/opt/psrt-portal/.venv/bin/python", "/bin/sh")
        path.write_text(text.replace("/opt/psrt-portal", "/"), encoding="utf-8")
    return tmp_path / "units"


def analyze(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "SYSTEMD_UNIT_PATH": f"{folder}:"}
    return subprocess.run(
        [str(PROGRAM), *arguments], env=environment, capture_output=True, text=True, check=False
    )  # fmt: skip


def test_systemd_accepts_every_unit_without_a_complaint(installed: Path) -> None:
    units = [path for path in installed.iterdir() if path.suffix in {".service", ".timer", ".target"}]
    assert len(units) == 9
    done = analyze(installed, "verify", "--man=no", *units)
    ours = [line for line in done.stderr.splitlines() if "psrt-portal" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize("name", [*LASTING, "migrate", *NIGHTLY])
def test_services_are_closed_to_the_rest_of_the_machine(installed: Path, name: str) -> None:
    """By systemd's own measure, 0 (closed) to 10."""
    path = installed / f"psrt-portal-{name}.service"
    done = analyze(installed, "security", "--offline=true", "--threshold=20", "--no-pager", path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", LASTING)
def test_a_unit_starts_what_the_container_starts(name: str) -> None:
    assert command(name) == SERVICES[name]["command"]


@pytest.mark.parametrize("name", LASTING)
def test_what_ends_is_started_again_and_has_the_limits_of_the_container(name: str) -> None:
    service = unit(name)["Service"]
    assert service["Restart"] == ["always"]
    assert unit(name)["Unit"]["StartLimitIntervalSec"] == ["0"]
    assert service["MemoryMax"] == [SERVICES[name]["mem_limit"].upper()]
    assert service["KillMode"] == ["mixed"]
    if "stop_grace_period" in SERVICES[name]:
        assert f"{service['TimeoutStopSec'][0]}s" == SERVICES[name]["stop_grace_period"]


def test_only_the_migration_is_given_the_owners_address() -> None:
    path = "/etc/psrt-portal/secrets/database_owner_url"
    knowing = [name for name in [*LASTING, *NIGHTLY, "migrate"] if path in str(unit(name))]
    assert knowing == ["migrate"]
    assert "DATABASE_OWNER_URL" not in (UNITS / "portal.env").read_text(encoding="utf-8")
    assert command("migrate")[1:] == ["manage.py", "migrate", "--no-input"]


@pytest.mark.parametrize("name", NIGHTLY)
def test_nightly_work_runs_at_a_time_in_utc_and_makes_up_for_a_night_off(name: str) -> None:
    timer = configparser.ConfigParser()
    timer.read(UNITS / f"psrt-portal-{name}.timer", encoding="utf-8")
    assert re.fullmatch(r"\*-\*-\* 0\d:\d7:00 UTC", timer["Timer"]["OnCalendar"])
    assert timer["Timer"]["Persistent"] == "true"
    assert command(name)[1:3] == ["manage.py", NIGHTLY[name]]


def test_the_schedule_and_the_timer_keep_one_file_of_checkpoints() -> None:
    settings = dict(line.split("=") for line in lines_of_settings())
    assert command("audit")[-2:] == ["--checkpoint", settings["CHECKPOINT_FILE"]]


def lines_of_settings() -> list[str]:
    text = (UNITS / "portal.env").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and line[0] != "#"]


def test_the_settings_of_the_machine_name_every_secret_of_the_container() -> None:
    settings = dict(line.split("=") for line in lines_of_settings())
    read = {*documented()}
    assert {name if name in read else name.removesuffix("_FILE") for name in settings} <= read
    secrets = {Path(value).name for value in settings.values() if value.startswith("/etc/psrt-portal/secrets/")}
    container: dict[str, Any] = SERVICES["web"]["environment"]
    assert secrets == {Path(value).name for value in container.values() if value in MOUNTED}
    assert settings["VOTE_KEY_DIR"] != settings["VAR_DIR"]
    assert unit("web")["Service"]["StateDirectory"] == [
        f"{Path(settings['VAR_DIR']).name} {Path(settings['VOTE_KEY_DIR']).name}"
    ]
    required = [line[:-1] for line in lines_of_settings() if line.endswith("=")]
    assert required == ["SITE_URL", "MAIL_FROM", "ANNOUNCE_ADDRESS", "SECURITY_ADDRESS"]
    assert all(f"${{{name}:?" in str(COMPOSE) for name in required)


def test_the_database_of_the_machine_logs_no_statement() -> None:
    lines = (ROOT / "deploy/postgresql.conf").read_text(encoding="utf-8").splitlines()
    assert dict(line.split(" = ") for line in lines if line[:1] != "#") == LOGGING


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_options_are_those_of_celery(name: str) -> None:
    _, option, module, part, *options = command(name)
    assert (option, module, part) == ("-m", "deploy.watch", name)
    kind: click.Command = celery.commands[part]
    kind.make_context(part, options, obj=CLIContext(app=celery_app, no_color=True, workdir="."))
