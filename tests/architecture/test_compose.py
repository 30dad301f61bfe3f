"""docker-compose.yml hands everything on that the operator says, and keeps within the machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from redis import Redis
from redis.exceptions import AuthenticationError

from tests import machine, servers
from tests.architecture.source import ROOT
from tests.architecture.test_deploy import COMPOSE, OURS, SERVICES
from tests.architecture.test_settings import PRODUCTION, documented, run

MOUNTED = {f"/run/secrets/{name}" for name in COMPOSE["secrets"]}


def given(name: str) -> set[str]:
    """The variables that a service is given, itself or as a file."""
    variables_read = {*documented()}
    set_here = {*SERVICES[name]["environment"]}
    return {variable if variable in variables_read else variable.removesuffix("_FILE") for variable in set_here}


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
        "INBOX_DIR": "/var/lib/portal/inbox",
        "STATIC_ROOT": "/srv/static",
        "POSTGRESQL_PROGRAMS": "/usr/lib/postgresql/17/bin",
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
    assert len(optional) == 9
    done = run("manage.py", "check", VAR_DIR=str(tmp_path), **PRODUCTION, **optional)
    assert (done.returncode, done.stderr) == (0, "")


def compose_program() -> list[str]:
    """Compose 2 as a plug-in of Docker, or Debian's of its own; without either the test is skipped, in CI it fails."""
    for program in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(program[0]):
            asked = subprocess.run([*program, "version"], capture_output=True, check=False)
            if asked.returncode == 0:
                return program
    return machine.skip_without("Compose")


def rendered(folder: Path, variables: dict[str, str]) -> dict[str, Any]:
    """What Compose makes of the file with this .env beside it."""
    program = compose_program()
    shutil.copy(ROOT / "docker-compose.yml", folder)
    lines = "".join(f"{name}={value}\n" for name, value in variables.items())
    (folder / ".env").write_text(lines, encoding="utf-8")
    done = subprocess.run(
        [*program, "config"], cwd=folder, env={"PATH": os.environ["PATH"]},
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


def test_nginx_starts_also_while_the_portal_does_not() -> None:
    assert "depends_on" not in SERVICES["nginx"]
