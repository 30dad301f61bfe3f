"""The deployment files fit the portal. Containers cannot run here, so the files are read and their commands parsed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import psycopg
import pytest
import yaml
from celery.bin.base import CLIContext
from celery.bin.celery import celery
from django.core.management import get_commands, load_command_class

from deploy import health, venv
from psrt_portal import celery_app
from psrt_portal.embedded.places import OWNER, RUNTIME, SUPERUSER
from psrt_portal.embedded.postgresql import LOGGING, PostgreSQL
from tests import servers
from tests.architecture.source import ROOT
from tests.architecture.test_settings import PRODUCTION, run
from tests.servers import free_port

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "psrt-portal"]
ROLES = ROOT / "deploy/roles.sql"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


# -- docker-compose.yml ----------------------------------------------------------------------------------


def test_the_portal_has_its_five_processes() -> None:
    assert OURS == ["migrate", "web", "worker", "beat"]
    assert set(SERVICES) - set(OURS) == {"db", "redis", "nginx"}


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_are_read_from_mounted_files(name: str) -> None:
    service = SERVICES[name]
    text = yaml.safe_dump([service.get("environment"), service.get("command"), service.get("healthcheck")])
    named = set(re.findall(r"/run/secrets/(\w+)", text))
    if name == "db":
        named |= set(re.findall(r"/run/secrets}/(\w+)", ROLES.read_text(encoding="utf-8")))
    assert named == set(service.get("secrets", []))
    assert named <= set(COMPOSE["secrets"])


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_read_only_unprivileged_and_has_a_health_check(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert "privileged" not in service
    assert name == "migrate" or "healthcheck" in service
    assert name in {"db", "nginx"} or re.match(r"[1-9]\d*:[1-9]\d*$", service["user"])


def test_only_nginx_publishes_ports() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert SERVICES["db"]["networks"] == SERVICES["redis"]["networks"] == ["inside"]


def test_vote_keys_have_a_volume_of_their_own() -> None:
    mounts = dict(reversed(volume.split(":")[:2]) for volume in SERVICES["web"]["volumes"])
    docker = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert mounts["/var/lib/portal-vote-keys"] == "vote-keys"
    assert "VOTE_KEY_DIR=/var/lib/portal-vote-keys" in docker
    assert mounts["/var/lib/portal"] == "var"
    assert "VAR_DIR=/var/lib/portal " in docker


def test_only_the_migration_gets_the_url_of_the_table_owner() -> None:
    knowing = [name for name, service in SERVICES.items() if "database_owner_url" in service.get("secrets", [])]
    assert knowing == ["migrate"]
    assert "DATABASE_OWNER_URL_FILE" not in SERVICES["web"]["environment"]


def test_the_log_of_the_database_holds_no_statement_as_in_development() -> None:
    program, *options = SERVICES["db"]["command"]
    assert program == "postgres"
    assert dict(option.removeprefix("-c").split("=") for option in options) == LOGGING
    operations = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert [name for name, value in LOGGING.items() if f"{name} = {value}\n" not in operations] == []


@pytest.fixture
def bare_server() -> Iterator[PostgreSQL]:
    """A PostgreSQL of its own: roles belong to a whole server."""
    with tempfile.TemporaryDirectory(prefix="psrt-tests-") as name:
        server = servers.postgresql(Path(name))
        server.start()
        with psycopg.connect(server.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            for statement in ("DROP DATABASE portal", "DROP ROLE portal", "DROP ROLE portal_owner"):
                connection.execute(statement)
        yield server
        server.stop()


def test_the_roles_of_the_container_are_those_the_portal_needs(bare_server: PostgreSQL, tmp_path: Path) -> None:
    """Run what the container runs: psql with the secrets, then the migration as the owner."""
    for name in ("database_owner_password", "database_password"):
        (tmp_path / name).write_text(f"it's {name}", encoding="utf-8")
    psql = shutil.which("psql") or str(bare_server.binaries / "psql")
    made = subprocess.run(
        [psql, "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--file", ROLES, bare_server.url(SUPERUSER, "postgres")],
        env={"PATH": os.environ["PATH"], "SECRETS": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (made.returncode, made.stderr) == (0, "")
    urls = {"DATABASE_URL": bare_server.url(RUNTIME), "DATABASE_OWNER_URL": bare_server.url(OWNER)}
    migrated = run("manage.py", "migrate", "--no-input", VAR_DIR=str(tmp_path), **PRODUCTION | urls)
    assert migrated.returncode == 0, migrated.stderr
    at_work = PRODUCTION | {"DATABASE_URL": urls["DATABASE_URL"]}
    verified = run("manage.py", "audit_verify", VAR_DIR=str(tmp_path), **at_work)
    assert verified.stdout.startswith("The audit log is whole: 0 events")
    with psycopg.connect(urls["DATABASE_URL"]) as connection:
        for statement in ("CREATE TABLE mine ()", "CREATE TEMPORARY TABLE mine ()", "DELETE FROM audit_event"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(statement)
    with psycopg.connect(bare_server.url(SUPERUSER, "postgres")) as connection:
        passwords = connection.execute("SELECT count(*) FROM pg_authid WHERE rolpassword LIKE 'SCRAM-SHA-256%'")
        assert passwords.fetchone() == (2,)


def test_there_is_one_beat() -> None:
    schedulers = [name for name in OURS if {"beat", "-B", "--beat"} & set(SERVICES[name]["command"])]
    assert schedulers == ["beat"]
    assert "deploy" not in SERVICES["beat"]


# -- commands --------------------------------------------------------------------------------------------


def commands() -> list[tuple[str, list[str]]]:
    found = [(name, SERVICES[name]["command"]) for name in OURS]
    checks = [(f"{name} health", SERVICES[name]["healthcheck"]["test"][1:]) for name in OURS if name != "migrate"]
    return found + checks


@pytest.mark.parametrize(("name", "command"), commands(), ids=[name for name, _ in commands()])
def test_every_command_parses(name: str, command: list[str], tmp_path: Path) -> None:
    assert command[0] == "python"
    if command[1] == "manage.py":
        parser = load_command_class(get_commands()[command[2]], command[2]).create_parser("manage.py", command[2])
        parser.parse_args(command[3:])
    elif command[2] == "deploy.watch":
        kind: click.Command = celery.commands[command[3]]
        kind.make_context(command[3], command[4:], obj=CLIContext(app=celery_app, no_color=True, workdir="."))
    elif command[2] == "gunicorn":
        done = run_python(*command[1:3], "--check-config", *command[3:], HOST="127.0.0.1", VAR_DIR=str(tmp_path))
        assert done.returncode == 0, done.stderr
    else:
        assert command[1:3] == ["-m", "deploy.health"]
        assert callable(getattr(health, command[3]))


def run_python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run_in(ROOT, *arguments, **environment)


def run_in(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    complete = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, **PRODUCTION, **environment}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=complete, capture_output=True, text=True, check=False
    )


def test_the_image_starts_what_the_web_service_starts() -> None:
    docker = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    start = yaml.safe_load(re.findall(r"^CMD (.*)$", docker, re.MULTILINE)[-1])
    assert start == SERVICES["web"]["command"]
    assert re.findall(r"^USER (.*)$", docker, re.MULTILINE) == ["portal"]


def test_the_image_installs_the_pins_as_set_up_does() -> None:
    docker = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    assert f"{' '.join(venv.EXACTLY)} -r /requirements.txt" in docker
    assert "/opt/venv/bin/pip check" in docker


def test_the_image_dumps_with_the_version_of_the_database() -> None:
    docker = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    [server] = re.findall(r"^postgres:(\d+)", SERVICES["db"]["image"])
    assert re.findall(r"postgresql-client-(\d+)", docker) == [server]
    assert re.findall(r"POSTGRESQL_PROGRAMS=(\S+)", docker) == [f"/usr/lib/postgresql/{server}/bin"]


def test_the_image_takes_what_it_needs_and_nothing_else() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"}
    apps = {"psrt_portal", "notifications", "nominations", "advisories", "members", "audit", "web"}
    others = {
        "deploy/gunicorn.py", "deploy/health.py", "deploy/watch.py", "docs/recount.md", "manage.py",
        "requirements/run.txt", "static", "templates",
    }  # fmt: skip
    assert kept == apps | others
    assert [name for name in sorted(kept) if not (ROOT / name).exists()] == []


def test_the_image_works_without_the_demo(tmp_path: Path) -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] not in "#*"]
    dropped = {line for line in lines if line[0] != "!"}
    assert [name for name in sorted(dropped) if not (ROOT / name).exists()] == []

    def ignored(folder: str, names: list[str]) -> set[str]:
        place = Path(folder).relative_to(ROOT)
        return {name for name in names if name == "__pycache__" or (place / name).as_posix() in dropped}

    for name in (line[1:] for line in lines if line[0] == "!"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    assert list(tmp_path.rglob("*demo*")) == []
    done = run_in(tmp_path, "manage.py", "check", VAR_DIR=str(tmp_path / "var"))
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr


# -- health checks -----------------------------------------------------------------------------------------


def test_beat_is_unhealthy_when_its_file_is_old_or_missing_or_from_the_future(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    assert health.beat() is False
    (tmp_path / "celerybeat-schedule").touch()
    assert health.beat() is True
    for away in (-health.BEAT_SECONDS - 1, health.BEAT_SECONDS + 60):  # the second: of a clock that was set back
        moment = time.time() + away
        os.utime(tmp_path / "celerybeat-schedule", (moment, moment))
        assert health.beat() is False


def test_health_checks_read_the_file_of_variables(tmp_path: Path) -> None:
    """A machine without containers has the folder in that file only: beat would be taken for stuck."""
    (tmp_path / "var").mkdir()
    (tmp_path / "portal.env").write_text(f"VAR_DIR={tmp_path}/var\n", encoding="utf-8")
    asked = [sys.executable, "-m", "deploy.health", "beat"]
    environment = {"PATH": os.environ["PATH"], "ENV_FILE": str(tmp_path / "portal.env")}
    assert subprocess.run(asked, cwd=ROOT, env=environment, check=False).returncode == 1
    (tmp_path / "var/celerybeat-schedule").touch()
    assert subprocess.run(asked, cwd=ROOT, env=environment, check=False).returncode == 0


def test_web_is_unhealthy_when_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_URL", "https://psrt.example.org")
    monkeypatch.setenv("PORT", str(free_port()))
    assert health.web() is False


def test_a_worker_is_unhealthy_when_it_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**PRODUCTION, "VAR_DIR": str(tmp_path), "ENV_FILE": os.devnull}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{free_port()}/0")
    assert health.worker() is False


# -- secrets -----------------------------------------------------------------------------------------------


def test_secrets_are_made_once_and_agree(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    shutil.copy(ROOT / "deploy/make-secrets.sh", tmp_path / "deploy")
    first, second = (
        subprocess.run(
            ["sh", "deploy/make-secrets.sh"], cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    )
    made = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "secrets").iterdir()}
    mounted = {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()}
    assert mounted - set(made) == {"email_url", "tls_certificate.pem", "tls_key.pem"}
    assert made["database_url"] == f"postgres://portal:{made['database_password']}@db:5432/portal"
    assert made["database_owner_url"] == f"postgres://portal_owner:{made['database_owner_password']}@db:5432/portal"
    assert len({made[name] for name in made if re.search("(base.*|redis)_password$", name)}) == 4
    empty = {name for name, text in made.items() if not text}
    assert empty <= {*COMPOSE["secrets"]}
    assert len(empty) == 9
    assert made["redis_url"] == f"redis://:{made['redis_password']}@redis:6379/0"
    keys = [made[name] for name in ("secret_key", "link_key", "factor_key")]
    assert min(map(len, keys)) >= 50
    assert len({*keys}) == 3
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert "Wrote" in first
    assert "Wrote" not in second
