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
from redis import Redis
from redis.exceptions import AuthenticationError

from deploy import health, venv
from deploy.watch import STUCK
from psrt_portal import celery_app
from psrt_portal.embedded.places import OWNER, RUNTIME, SUPERUSER
from psrt_portal.embedded.postgresql import LOGGING, PostgreSQL
from tests import servers
from tests.architecture.source import ROOT
from tests.architecture.test_settings import PRODUCTION, documented
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


def given(name: str) -> set[str]:
    """The variables that a service is given, itself or as a file."""
    known = {*documented()}
    set_here = {*SERVICES[name]["environment"]}
    return {variable if variable in known else variable.removesuffix("_FILE") for variable in set_here}


@pytest.mark.parametrize("name", OURS)
def test_compose_passes_every_variable_that_the_portal_reads_and_no_other(name: str) -> None:
    # The example is compared with what the settings read in test_settings.py.
    only_to_migrate = set() if name == "migrate" else {"DATABASE_OWNER_URL"}
    assert given(name) == set(documented()) - only_to_migrate


@pytest.mark.parametrize("name", OURS)
def test_compose_passes_every_secret_as_a_file(name: str) -> None:
    """What is secret says so in its name, or holds a password in its address."""
    secret = re.compile(r"(SECRET|TOKEN|PASSWORD|_KEY|_KEY_FALLBACKS)$|^(DATABASE|DATABASE_OWNER|REDIS|EMAIL)_URL$")
    environment = SERVICES[name]["environment"]
    files = {variable.removesuffix("_FILE"): path for variable, path in environment.items() if path in MOUNTED}
    assert files == {
        variable: f"/run/secrets/{variable.lower()}" for variable in given(name) if secret.search(variable)
    }


MOUNTED = {f"/run/secrets/{name}" for name in COMPOSE["secrets"]}


@pytest.mark.parametrize("name", [*OURS, "nginx"])
def test_what_compose_fixes_is_of_the_container_and_the_rest_comes_from_the_operator(name: str) -> None:
    fixed = {
        variable: value
        for variable, value in SERVICES[name]["environment"].items()
        if value is not None and value not in MOUNTED and not value.startswith(f"${{{variable}:?")
    }
    of_the_container = {
        "DEPLOYMENT": "production",
        "DEBUG": "false",
        "ENV_FILE": os.devnull,
        "HOST": "0.0.0.0",  # noqa: S104
        "PORT": "8000",
        "TRUSTED_PROXIES": "1",
        "VAR_DIR": "/var/lib/portal",
        "VOTE_KEY_DIR": "/var/lib/portal-vote-keys",
        "CHECKPOINT_FILE": "/var/lib/portal/checkpoints.jsonl",
        "STATIC_ROOT": "/srv/static",
    }
    if name == "nginx":
        assert all(variable.startswith("NGINX_") for variable in fixed)
    else:
        assert fixed == of_the_container


def test_empty_files_of_optional_secrets_are_no_secrets(tmp_path: Path) -> None:
    """Compose wants each file to be there: make-secrets.sh makes those empty that nobody needs."""
    (tmp_path / "empty").touch()
    optional = {
        f"{Path(path).name.upper()}_FILE": str(tmp_path / "empty")
        for path in MOUNTED
        if Path(path).name.upper() in set(documented()) - set(PRODUCTION) - {"DATABASE_OWNER_URL"}
    }
    assert len(optional) == 7
    done = run_python("manage.py", "check", VAR_DIR=str(tmp_path), **optional)
    assert (done.returncode, done.stderr) == (0, "")


COMPOSE_PROGRAM = shutil.which("docker-compose")


def rendered(folder: Path, variables: dict[str, str]) -> dict[str, Any]:
    """What Compose makes of the file with this .env beside it."""
    if COMPOSE_PROGRAM is None:
        pytest.skip("no docker-compose on this machine")
    shutil.copy(ROOT / "docker-compose.yml", folder)
    lines = "".join(f"{name}={value}\n" for name, value in variables.items())
    (folder / ".env").write_text(lines, encoding="utf-8")
    done = subprocess.run(
        [COMPOSE_PROGRAM, "config"], cwd=folder, env={"PATH": os.environ["PATH"]},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    services: dict[str, Any] = yaml.safe_load(done.stdout)["services"]
    return services


def test_what_stands_in_env_reaches_every_process(tmp_path: Path) -> None:
    wanted = {name for name, value in SERVICES["web"]["environment"].items() if not value or value.startswith("${")}
    services = rendered(tmp_path, {name: f"value of {name}" for name in wanted})
    for name in OURS:
        assert {key: services[name]["environment"][key] for key in wanted} == {key: f"value of {key}" for key in wanted}


def test_what_does_not_stand_in_env_stays_unset(tmp_path: Path) -> None:
    """An empty value is a malformed one for numbers."""
    required = {name: PRODUCTION[name] for name in ("SITE_URL", "MAIL_FROM", "ANNOUNCE_ADDRESS", "SECURITY_ADDRESS")}
    environment = rendered(tmp_path, required)["web"]["environment"]
    assert {name: value for name, value in environment.items() if value == ""} == {}
    assert {name: environment[name] for name in required} == required
    assert environment["VOTING_PERIOD_HOURS"] is None


def images() -> list[str]:
    docker = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    ours = re.findall(r"^FROM (\S+)", docker, re.MULTILINE)
    return [*ours, *(SERVICES[name]["image"] for name in SERVICES if name not in OURS)]


@pytest.mark.parametrize("image", images())
def test_images_have_exact_versions(image: str) -> None:
    assert re.search(r":\d+\.\d+(\.\d+)?-[a-z-]+(@sha256:[0-9a-f]{64})?$", image)
    assert "postgres" in image or re.search(r":\d+\.\d+\.\d+-", image)


def test_digests_are_those_of_the_registry_and_can_be_renewed(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    for name in ("deploy/digests.sh", "docker-compose.yml", "Dockerfile"):
        shutil.copy(ROOT / name, tmp_path / name)
    before = {name: (tmp_path / name).read_text(encoding="utf-8") for name in ("docker-compose.yml", "Dockerfile")}
    for digest in ("a" * 64, "b" * 64, "none"):
        (tmp_path / "docker").write_text(f"#!/bin/sh\necho sha256:{digest}\n", encoding="utf-8")
        (tmp_path / "docker").chmod(0o755)
        path = f"{tmp_path}:{os.environ['PATH']}"
        done = subprocess.run(
            ["sh", "deploy/digests.sh"], cwd=tmp_path, env={"PATH": path}, capture_output=True, text=True, check=False
        )
        assert done.returncode == (1 if digest == "none" else 0)
    for name, text in before.items():
        now = (tmp_path / name).read_text(encoding="utf-8")
        assert now.count("@sha256:" + "b" * 64) == {"docker-compose.yml": 3, "Dockerfile": 2}[name]
        assert now.replace("@sha256:" + "b" * 64, "") == re.sub(r"@sha256:[0-9a-f]{64}", "", text)


@pytest.mark.parametrize("name", SERVICES)
def test_logs_and_memory_of_every_service_are_bounded_and_what_ends_is_started_again(name: str) -> None:
    service = SERVICES[name]
    assert service["logging"] == {"driver": "json-file", "options": {"max-size": "10m", "max-file": "5"}}
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["pids_limit"] <= 200
    assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")


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


@pytest.fixture
def container_redis(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Redis by the command of its container, with a file where a secret would be."""
    program = shutil.which("redis-server") or str(servers.valkey(tmp_path).binary)
    (tmp_path / "redis_password").write_text("it-is-secret", encoding="utf-8")
    shell, option, script = SERVICES["redis"]["command"]
    script = script.replace("$$", "$").replace("/run/secrets", str(tmp_path)).replace("redis-server", program)
    script = script.replace("\nsave", f"\nport 0\nunixsocket {tmp_path}/redis.sock\nsave")
    process = subprocess.Popen([shell, option, script], cwd=tmp_path, stdout=subprocess.DEVNULL)
    end = time.monotonic() + 10
    while not (tmp_path / "redis.sock").exists() and time.monotonic() < end:
        time.sleep(0.05)
    yield process, tmp_path / "redis.sock"
    process.terminate()
    process.wait(10)


def test_redis_keeps_its_password_out_of_the_list_of_processes_and_evicts_nothing(
    container_redis: tuple[subprocess.Popen[bytes], Path],
) -> None:
    process, place = container_redis
    with Redis(unix_socket_path=str(place)) as stranger, pytest.raises(AuthenticationError):
        stranger.ping()
    with Redis(unix_socket_path=str(place), password="it-is-secret") as ours:
        wanted = {"maxmemory-policy": "noeviction", "save": "", "appendonly": "no", "maxmemory": str(64 * 1024 * 1024)}
        assert {name: ours.config_get(name)[name] for name in wanted} == wanted
    told = Path(f"/proc/{process.pid}/cmdline").read_text(encoding="utf-8")
    assert "redis-server" in told or "valkey-server" in told
    assert "secret" not in told


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
    migrated = run_python("manage.py", "migrate", "--no-input", VAR_DIR=str(tmp_path), **urls)
    assert migrated.returncode == 0, migrated.stderr
    verified = run_python("manage.py", "audit_verify", VAR_DIR=str(tmp_path), DATABASE_URL=urls["DATABASE_URL"])
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


def test_the_image_has_the_programs_of_the_servers_version() -> None:
    docker = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    major = re.findall(r"^postgres:(\d+)\.", SERVICES["db"]["image"])
    assert re.findall(r"postgresql-client-(\d+)", docker) == major
    assert re.findall(r"/usr/lib/postgresql/(\d+)/bin", docker) == major


def test_the_image_takes_what_it_needs_and_nothing_else() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"}
    apps = {"psrt_portal", "notifications", "nominations", "advisories", "members", "audit", "web"}
    others = {
        "deploy/gunicorn.py", "deploy/health.py", "deploy/watch.py", "manage.py", "requirements/run.txt", "static",
        "templates",
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


def test_beat_is_unhealthy_when_its_file_is_old_or_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    assert health.beat() is False
    (tmp_path / "celerybeat-schedule").touch()
    assert health.beat() is True
    old = time.time() - health.BEAT_SECONDS - 1
    os.utime(tmp_path / "celerybeat-schedule", (old, old))
    assert health.beat() is False


def test_web_is_unhealthy_when_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_URL", "https://psrt.example.org")
    monkeypatch.setenv("PORT", str(free_port()))
    assert health.web() is False


def test_a_worker_is_unhealthy_when_it_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**PRODUCTION, "VAR_DIR": str(tmp_path), "ENV_FILE": os.devnull}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{free_port()}/0")
    assert health.worker() is False


STUBBORN = "import signal, time\nsignal.signal(15, signal.SIG_IGN)\ntime.sleep(60)"


def watch(program: str, works: str, **more: float) -> subprocess.Popen[str]:
    """Watch a program in a process of its own, with short times."""
    code = (
        "import sys; from itertools import cycle; from deploy.watch import Watch; looks = cycle([0, 0, 1]); "
        f"sys.exit(Watch([sys.executable, '-c', sys.argv[1]], lambda: {works}, "
        f"**{ ({'first': 0.2, 'every': 0.1, 'grace': 0.3} | more)!r}).run())"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, program], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("program", ["import time; time.sleep(60)", STUBBORN], ids=["polite", "stubborn"])
def test_what_is_stuck_is_ended_to_be_started_again(program: str) -> None:
    watching = watch(program, "False")
    _, error = watching.communicate(timeout=20)
    assert watching.returncode == STUCK
    assert error == "deploy.watch: No sign of life at 3 looks, 0.1 seconds apart: ending it, to be started again.\n"


def test_one_look_that_fails_is_not_a_hang() -> None:
    watching = watch("import time; time.sleep(2)", "next(looks)")
    _, error = watching.communicate(timeout=20)
    assert (watching.returncode, error) == (0, "")


@pytest.mark.parametrize("code", [0, 3])
def test_what_ends_by_itself_gives_its_exit_code(code: int) -> None:
    watching = watch(f"import sys; sys.exit({code})", "True")
    _, error = watching.communicate(timeout=20)
    assert (watching.returncode, error) == (code, "")


def test_a_signal_reaches_what_is_watched_and_a_slow_stop_is_no_hang() -> None:
    program = (
        "import signal, sys, time\n"
        "signal.signal(15, lambda *_: (print('told', flush=True), time.sleep(1.5), sys.exit(0)))\n"
        "print('up', flush=True)\ntime.sleep(60)"
    )
    watching = watch(program, "False", first=2)
    assert watching.stdout is not None
    assert watching.stdout.readline() == "up\n"
    watching.terminate()
    out, error = watching.communicate(timeout=20)
    assert (watching.returncode, out, error) == (0, "told\n", "")


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
    assert {f"/run/secrets/{name}" for name in empty} <= MOUNTED
    assert len(empty) == 7
    assert made["redis_url"] == f"redis://:{made['redis_password']}@redis:6379/0"
    keys = [made[name] for name in ("secret_key", "link_key", "factor_key")]
    assert min(map(len, keys)) >= 50
    assert len({*keys}) == 3
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert "Wrote" in first
    assert "Wrote" not in second
