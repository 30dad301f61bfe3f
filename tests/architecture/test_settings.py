"""Bad settings stop the start with a sentence; the defaults are those of production."""

from __future__ import annotations

import ast
import fcntl
import json
import os
import re
import socket
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from psrt_portal import env
from tests.architecture.source import ROOT, Module
from tests.starts import start

#: All that production needs.
PRODUCTION = {
    "SITE_URL": "https://psrt.example.org",
    "DATABASE_URL": "postgres://portal:secret@db.example.org/portal",
    "REDIS_URL": "redis://redis.example.org/0",
    "SECRET_KEY": "k3ZrQ9vT" * 8,
    "LINK_KEY": "m7WxB2nD" * 8,
    "FACTOR_KEY": "p5HsL8cJ" * 8,
    "EMAIL_URL": "smtp+tls://portal:secret@mail.example.org:587",
    "MAIL_FROM": "portal@psrt.example.org",
    "ANNOUNCE_ADDRESS": "announce@psrt.example.org",
    "SECURITY_ADDRESS": "security@psrt.example.org",
}


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python with exactly this environment."""
    return start(*arguments, **{"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, **environment})


def settings_with(**environment: str) -> dict[str, Any]:
    """Return the settings that an environment gives."""
    code = (
        "import json; from psrt_portal import settings as s; "
        "print(json.dumps({k: v for k, v in vars(s).items() if k.isupper()}, default=str))"
    )
    done = run("-c", code, **environment)
    assert done.returncode == 0, done.stderr
    parsed: dict[str, Any] = json.loads(done.stdout)
    return parsed


# -- .env.example -----------------------------------------------------------------------------------


def documented() -> list[str]:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return re.findall(r"^#?([A-Z][A-Z0-9_]*)=", text, re.MULTILINE)


def read_variables() -> set[str]:
    """The first argument of every reader of `env` in the files that read the environment."""
    return {
        call.args[0].value
        for path in (*sorted((ROOT / "psrt_portal" / "settings").glob("*.py")), ROOT / "deploy" / "gunicorn.py")
        for call in Module(path).nodes(ast.Call)
        if ast.unparse(call.func).startswith("env.") and call.args
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }


def test_the_example_names_every_variable_that_is_read() -> None:
    assert sorted(documented()) == sorted(read_variables())


def test_the_example_explains_every_variable() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    bare = [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if re.match(r"#?[A-Z][A-Z0-9_]*=", line) and not re.match(r"# .{20,}\.$", before)
    ]
    assert bare == []


def test_only_the_settings_read_the_environment() -> None:
    reading = [
        path.relative_to(ROOT).as_posix()
        for app in ("psrt_portal", "audit", "members", "nominations", "advisories", "notifications", "web")
        for path in (ROOT / app).rglob("*.py")
        if re.search(r"os\.(environ\b(?!\.setdefault\(\"DJANGO_SETTINGS_MODULE\")|getenv)", path.read_text("utf-8"))
    ]
    # The run command hands its own environment on to its children.
    assert reading == ["psrt_portal/management/commands/run.py"]


# -- a start that is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize("missing", sorted(PRODUCTION))
def test_a_missing_variable_stops_the_start_with_a_sentence(missing: str, tmp_path: Path) -> None:
    environment = {name: value for name, value in PRODUCTION.items() if name != missing}
    done = run("manage.py", "check", VAR_DIR=str(tmp_path), **environment)
    assert done.returncode == 1
    assert f"{missing} is not set: set it (or {missing}_FILE) to " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("chosen", "is_told"), [({}, True), ({"DEPLOYMENT": "production"}, False)])
def test_whoever_chose_no_deployment_is_told_how_to_try_the_portal(chosen: dict[str, str], is_told: bool) -> None:
    done = run("manage.py", "run", **chosen)
    assert done.returncode == 1
    assert ("to try the portal: make run" in done.stderr) == is_told


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEPLOYMENT", "staging"),
        ("DEBUG", "maybe"),
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "80000"),
        ("HSTS_SECONDS", "-1"),
        ("HSTS_SECONDS", "63072001"),
        ("SITE_URL", "psrt.example.org"),
        ("SITE_URL", "https://psrt.example.org/portal"),
        ("SECRET_KEY", "short"),
        ("LINK_KEY", "short"),
        ("FACTOR_KEY", "short"),
        ("DATABASE_URL", "mysql://somewhere/portal"),
        ("DATABASE_URL", "postgres://"),
        ("DATABASE_URL", "sqlite:///portal.sqlite3"),
        ("DATABASE_OWNER_URL", "sqlite:///portal.sqlite3"),
        ("REDIS_URL", "http://localhost"),
        ("REDIS_URL", "filesystem://"),
        ("EMAIL_URL", "mail.example.org"),
        ("TRUSTED_PROXIES", "-1"),
        ("VOTING_PERIOD_HOURS", "0"),
        ("VOTING_PERIOD_HOURS", "nan"),
        ("VETO_WINDOW_HOURS", "inf"),
        ("EXTENSION_MAX_HOURS", "1e9"),
        ("CONSENT_DAYS", "0"),
        ("RENOMINATION_WAIT_DAYS", "99999"),
        ("INVITATION_DAYS", "1.5"),
        ("SWEEP_SECONDS", "often"),
    ],
)
def test_a_malformed_variable_stops_the_start_with_a_sentence(name: str, value: str, tmp_path: Path) -> None:
    done = run("manage.py", "check", VAR_DIR=str(tmp_path), **{**PRODUCTION, name: value})
    assert done.returncode == 1
    assert f"{name} is malformed: set it to " in done.stderr
    assert value not in done.stderr or not name.endswith("_KEY")
    assert "Traceback" not in done.stderr


@pytest.mark.rule("PEP811-17", "PEP811-18")
@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("VOTING_PERIOD_HOURS", "167.99", "PEP 811's one week"),
        ("VOTE_THRESHOLD", "65/100", "PEP 811's two thirds"),
        ("VOTE_THRESHOLD", "1/2", "PEP 811's two thirds"),
    ],
)
def test_production_refuses_a_vote_that_breaks_the_pep_and_development_may(
    name: str, value: str, says: str, tmp_path: Path
) -> None:
    done = run("manage.py", "check", VAR_DIR=str(tmp_path), **{**PRODUCTION, name: value})
    assert (done.returncode, f"{name} is less than {says}" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr
    development = {"DEPLOYMENT": "development", "SECRET_KEY": PRODUCTION["SECRET_KEY"]}
    assert settings_with(VAR_DIR=str(tmp_path), **{**development, name: value})[name] is not None


def test_production_takes_a_longer_vote_and_a_larger_part(tmp_path: Path) -> None:
    longer = {"VOTING_PERIOD_HOURS": "336", "VOTE_THRESHOLD": "3/4"}
    found = settings_with(VAR_DIR=str(tmp_path), **PRODUCTION, **longer)
    assert (found["VOTING_PERIOD_HOURS"], found["VOTE_THRESHOLD"]) == (336.0, [3, 4])


@pytest.mark.parametrize(
    ("name", "other"), [("LINK_KEY", "SECRET_KEY"), ("FACTOR_KEY", "SECRET_KEY"), ("FACTOR_KEY", "LINK_KEY")]
)
def test_two_equal_keys_stop_the_start_with_a_sentence_and_without_the_key(
    name: str, other: str, tmp_path: Path
) -> None:
    done = run("manage.py", "check", VAR_DIR=str(tmp_path), **{**PRODUCTION, name: PRODUCTION[other]})
    assert done.returncode == 1
    assert "Two of SECRET_KEY, LINK_KEY and FACTOR_KEY are equal" in done.stderr
    assert PRODUCTION[other] not in done.stderr
    assert "Traceback" not in done.stderr


def test_development_makes_the_keys_that_it_is_not_given(tmp_path: Path) -> None:
    made = settings_with(VAR_DIR=str(tmp_path), **DEVELOPMENT)
    assert len({made["SECRET_KEY"], made["LINK_KEY"], made["FACTOR_KEY"]}) == 3
    again = settings_with(VAR_DIR=str(tmp_path), **DEVELOPMENT)
    assert (again["LINK_KEY"], again["FACTOR_KEY"]) == (made["LINK_KEY"], made["FACTOR_KEY"])
    given = settings_with(VAR_DIR=str(tmp_path), LINK_KEY=PRODUCTION["LINK_KEY"], **DEVELOPMENT)
    assert (given["LINK_KEY"], given["FACTOR_KEY"]) == (PRODUCTION["LINK_KEY"], made["FACTOR_KEY"])


def test_keys_and_their_fallbacks_may_come_from_files(tmp_path: Path) -> None:
    environment = {name: value for name, value in PRODUCTION.items() if not name.endswith("_KEY")}
    for name in ("SECRET_KEY", "LINK_KEY", "FACTOR_KEY"):
        (tmp_path / name).write_text(f"{PRODUCTION[name]}\n", encoding="utf-8")
        (tmp_path / f"{name}_FALLBACKS").write_text(f"older-{name},oldest-{name}\n", encoding="utf-8")
        environment |= {
            f"{name}_FILE": str(tmp_path / name),
            f"{name}_FALLBACKS_FILE": str(tmp_path / f"{name}_FALLBACKS"),
        }
    found = settings_with(VAR_DIR=str(tmp_path), **environment)
    for name in ("SECRET_KEY", "LINK_KEY", "FACTOR_KEY"):
        assert found[name] == PRODUCTION[name]
        assert found[f"{name}_FALLBACKS"] == [f"older-{name}", f"oldest-{name}"]


def test_an_id_without_its_secret_stops_the_start(tmp_path: Path) -> None:
    done = run("manage.py", "check", VAR_DIR=str(tmp_path), GITHUB_CLIENT_ID="abc", **PRODUCTION)
    assert "GITHUB_CLIENT_SECRET is not set" in done.stderr


# -- what nothing said gives ---------------------------------------------------------------------------


@pytest.mark.rule("RFC9116-02")
def test_the_default_deployment_is_production(tmp_path: Path) -> None:
    found = settings_with(VAR_DIR=str(tmp_path), **PRODUCTION)
    assert {
        name: found[name]
        for name in (
            "DEPLOYMENT", "DEBUG", "ROOT_URLCONF", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
            "SESSION_COOKIE_NAME", "ALLOWED_HOSTS", "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", "SECURE_PROXY_SSL_HEADER",
        )
    } == {
        "DEPLOYMENT": "production",
        "DEBUG": False,
        "ROOT_URLCONF": "psrt_portal.urls",
        "SECURE_SSL_REDIRECT": True,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_NAME": "__Host-session",
        "ALLOWED_HOSTS": ["psrt.example.org"],
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": False,
        "SECURE_PROXY_SSL_HEADER": None,
    }  # fmt: skip


def test_production_passes_djangos_own_check_for_deployment(tmp_path: Path) -> None:
    places = {"VAR_DIR": str(tmp_path / "var"), "VOTE_KEY_DIR": str(tmp_path / "vote-keys")}
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **places, **PRODUCTION)
    assert (done.returncode, done.stdout.strip()) == (0, "System check identified no issues (0 silenced).")


@pytest.mark.parametrize("place", ["", "var/../var/keys"])
def test_the_check_for_deployment_warns_of_vote_keys_beside_other_data(place: str, tmp_path: Path) -> None:
    places = {"VAR_DIR": str(tmp_path / "var"), **({"VOTE_KEY_DIR": f"{tmp_path}/{place}"} if place else {})}
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **places, **PRODUCTION)
    assert (done.returncode, "psrt_portal.W001" in done.stderr) == (1, True)


@pytest.mark.parametrize(("seconds", "widely"), [("0", False), ("300", False), ("31535999", False), ("31536000", True)])
def test_hsts_reaches_other_names_and_browsers_lists_from_a_year_on(seconds: str, widely: bool, tmp_path: Path) -> None:
    found = settings_with(VAR_DIR=str(tmp_path), HSTS_SECONDS=seconds, **PRODUCTION)
    told = [found[f"SECURE_HSTS_{name}"] for name in ("SECONDS", "INCLUDE_SUBDOMAINS", "PRELOAD")]
    assert told == [int(seconds), widely, widely]


def test_passwords_are_hashed_with_argon2(tmp_path: Path) -> None:
    """The tests themselves use something quick."""
    hashers = settings_with(VAR_DIR=str(tmp_path), **PRODUCTION)["PASSWORD_HASHERS"]
    assert hashers[0] == "django.contrib.auth.hashers.Argon2PasswordHasher"


def test_a_redis_that_hangs_is_given_up_after_two_seconds(tmp_path: Path) -> None:
    found = settings_with(VAR_DIR=str(tmp_path), **PRODUCTION)
    options = found["CELERY_BROKER_TRANSPORT_OPTIONS"]
    assert (options["socket_timeout"], options["socket_connect_timeout"]) == (2, 2)
    assert options["visibility_timeout"] > found["CELERY_TASK_TIME_LIMIT"]


@pytest.mark.parametrize("owner", ["", "postgres://portal_owner:other@db.example.org/portal"])
def test_production_starts_no_server_and_knows_the_owner_only_if_told(owner: str, tmp_path: Path) -> None:
    found = settings_with(VAR_DIR=str(tmp_path), DATABASE_OWNER_URL=owner, **PRODUCTION)
    assert found["EMBEDDED_SERVERS"] == []
    assert found["DATABASE_OWNER"].get("USER") == ("portal_owner" if owner else None)
    assert found["DATABASES"]["default"]["USER"] == "portal"


DEVELOPMENT = {"DEPLOYMENT": "development", "SECRET_KEY": PRODUCTION["SECRET_KEY"]}


def test_development_starts_a_server_for_each_missing_address(tmp_path: Path) -> None:
    bare = settings_with(VAR_DIR=str(tmp_path), **DEVELOPMENT)
    assert bare["EMBEDDED_SERVERS"] == ["postgresql", "valkey"]
    assert (bare["DATABASES"]["default"]["USER"], bare["DATABASE_OWNER"]["USER"]) == ("portal", "portal_owner")
    given = settings_with(VAR_DIR=str(tmp_path), DATABASE_URL=PRODUCTION["DATABASE_URL"], **DEVELOPMENT)
    assert (given["EMBEDDED_SERVERS"], given["DATABASE_OWNER"]) == (["valkey"], {})


def test_database_connections_bind_on_the_server_and_time_out(tmp_path: Path) -> None:
    options = settings_with(VAR_DIR=str(tmp_path), **PRODUCTION)["DATABASES"]["default"]["OPTIONS"]
    assert options == {
        "server_side_binding": True,
        "connect_timeout": 3,
        "keepalives_idle": 15,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
        "options": "-c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s",
    }


def test_development_answers_on_this_machine_and_to_others_only_if_it_listens_there(tmp_path: Path) -> None:
    here = settings_with(VAR_DIR=str(tmp_path), **DEVELOPMENT)["ALLOWED_HOSTS"]
    assert here == ["localhost", "127.0.0.1", "[::1]"]
    everywhere = settings_with(VAR_DIR=str(tmp_path), HOST="0.0.0.0", **DEVELOPMENT)["ALLOWED_HOSTS"]  # noqa: S104
    assert {*here, socket.gethostname().lower()} <= {*everywhere}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no list of addresses to read")
def test_development_that_listens_everywhere_answers_at_the_address_of_every_interface(tmp_path: Path) -> None:
    hosts = settings_with(VAR_DIR=str(tmp_path), HOST="0.0.0.0", **DEVELOPMENT)["ALLOWED_HOSTS"]  # noqa: S104
    found = set()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            with suppress(OSError):  # an interface without an address; 0x8915 is SIOCGIFADDR
                answer = fcntl.ioctl(probe, 0x8915, struct.pack("256s", name.encode()))
                found.add(socket.inet_ntoa(answer[20:24]))
    assert "127.0.0.1" in found
    assert found - {*hosts} == set()


# -- where values come from ----------------------------------------------------------------------------


def test_a_secret_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("from a file\n", encoding="utf-8")
    monkeypatch.setenv("SOME_SECRET_FILE", str(tmp_path / "secret"))
    assert env.text("SOME_SECRET", wanted="a secret") == "from a file"


def test_a_secret_file_that_cannot_be_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_SECRET_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(ImproperlyConfigured, match=r"^SOME_SECRET_FILE names a file that cannot be read"):
        env.text("SOME_SECRET", wanted="a secret")


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IN_BOTH", "environment")
    monkeypatch.delenv("IN_FILE", raising=False)
    (tmp_path / ".env").write_text("IN_BOTH=file\nIN_FILE=file\n", encoding="utf-8")
    env.load_file(tmp_path / ".env")
    assert (env.text("IN_BOTH", wanted="x"), env.text("IN_FILE", wanted="x")) == ("environment", "file")
    monkeypatch.delenv("IN_FILE")


@pytest.mark.parametrize(("spelled", "meant"), [("yes", True), ("On", True), ("1", True), ("off", False), ("", False)])
def test_a_flag_may_be_spelled_as_people_do(spelled: str, meant: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_FLAG", spelled)
    assert env.flag("SOME_FLAG", default=True) is meant


def test_a_list_may_be_spaced_and_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_STRINGS", " one, two,, ")
    assert env.strings("SOME_STRINGS") == ["one", "two"]
    assert env.strings("NO_STRINGS") == []


def test_repositories_and_organizations_are_read_and_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_PLACES", " python/cpython, pypa/pip,psf,, python/cpython ")
    assert env.repositories("SOME_PLACES") == ["python/cpython", "pypa/pip", "psf"]
    assert env.repositories("NO_PLACES") == []


@pytest.mark.parametrize(
    "wrong",
    [
        "https://github.com/python/cpython",
        "python/cpython/issues",
        "../users",
        "python/..",
        "python/.",
        "python/",
        "/cpython",
        "a b",
        "python/cpython?x=1",
        "x" * 40,
        ",".join(f"owner/name{number}" for number in range(env.REPOSITORIES_MOST + 1)),
    ],
)
def test_a_place_that_is_none_on_github_stops_the_start(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_PLACES", wrong)
    with pytest.raises(ImproperlyConfigured, match="SOME_PLACES is malformed"):
        env.repositories("SOME_PLACES")
