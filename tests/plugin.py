"""What a test run needs before Django loads: servers, folders and the environment.

Loaded by ``addopts = -p tests.plugin`` in pyproject.toml. The controlling process starts
PostgreSQL and Valkey (or takes TEST_DATABASE_URL and TEST_REDIS_URL) and sets the environment
that the settings read; the processes of xdist inherit it and only take a corner of their own.
"""

from __future__ import annotations

import atexit
import ipaddress
import os
import random
import re
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import psycopg.sql
import pytest

from tests import browsers, servers

DATABASES = ("postgresql", "sqlite")
#: Set by the controlling process; also what a started worker or web server inherits.
SECRET = "only-for-tests-" * 5
#: Modules about what stands on a page or in a mail. That says nothing of the database below: SQLite is enough for them,
#: while the matrix and the crawl of tests/architecture ask PostgreSQL for every address, as everybody.
PAGES = re.compile(r"test_(\w+_)?(views|pages?|doors|headers|look|mails?|canary)")

_started: list[servers.Server] = []
_folders: list[Path] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database", choices=DATABASES, default="postgresql", help="the database to test on (default: postgresql)"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Before pytest-django loads the settings."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        _take_corner(worker)
        return
    options = early_config.known_args_namespace
    if options.help or options.version:
        os.environ.setdefault("VAR_DIR", str(_folder()))
        return
    folder = _folder()
    try:
        os.environ.update(_environment(folder, options.database))
    except servers.ServerError as error:
        _end()
        raise pytest.UsageError(str(error)) from error


def _folder() -> Path:
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"psrt-tests-{os.getpid()}-"))
    _folders.append(folder)
    return folder


def _sweep() -> None:
    """Remove what a run left that was killed; its servers ended with it."""
    for left in Path(tempfile.gettempdir()).glob("psrt-tests-[0-9]*-*"):
        try:
            os.kill(int(left.name.split("-")[2]), 0)
        except ProcessLookupError:
            shutil.rmtree(left, ignore_errors=True)
        except (PermissionError, ValueError):
            continue  # somebody else's


def _environment(folder: Path, database: str) -> dict[str, str]:
    """What the settings read. Whatever the caller's own environment says must not leak in."""
    for name in [*_settings_variables(), *(f"{name}_FILE" for name in _settings_variables())]:
        os.environ.pop(name, None)
    var = folder / "var"
    var.mkdir()
    environment = {
        "ENV_FILE": os.devnull,
        "DEPLOYMENT": "development",
        "SECRET_KEY": SECRET,
        "VAR_DIR": str(var),
        "TEST_RUN_DIR": str(folder),
        "EMAIL_URL": "memorymail://",
        # xdist compares what its processes collect, and some tests are made from sets.
        "PYTHONHASHSEED": os.environ.get("PYTHONHASHSEED", str(random.randrange(2**32))),
        # pytest-playwright's loop runs in the thread of the tests, and Django would refuse the database there.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        # Whoever forbids it pays six seconds of compiling in each process: of xdist, each worker, each web server.
        "PYTHONDONTWRITEBYTECODE": "",
    }
    sys.dont_write_bytecode = False
    if database == "postgresql":
        environment["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or _start(servers.postgresql(folder))
        environment["REDIS_URL"] = os.environ.get("TEST_REDIS_URL") or _start(servers.valkey(folder))
    return environment


def _settings_variables() -> list[str]:
    """The names in `.env.example`, which a test keeps equal to what the settings read."""
    example = Path(__file__).parent.parent / ".env.example"
    return re.findall(r"^#?([A-Z][A-Z0-9_]*)=", example.read_text(encoding="utf-8"), re.MULTILINE)


def _start(server: servers.PostgreSQL | servers.Valkey) -> str:
    _started.append(server)
    server.start()
    return server.url


def _take_corner(worker: str) -> None:
    """A folder and a broker database for one process of xdist; Django gives it a database."""
    var = Path(os.environ["VAR_DIR"]) / worker
    var.mkdir(exist_ok=True)
    os.environ["VAR_DIR"] = str(var)
    if os.environ.get("REDIS_URL"):
        address = urlsplit(os.environ["REDIS_URL"])
        number = int(address.path.strip("/") or 0) + 1 + int(worker.removeprefix("gw"))
        os.environ["REDIS_URL"] = address._replace(path=f"/{number}").geturl()


def pytest_configure(config: pytest.Config) -> None:
    _guard_sockets(config)


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """What ``-n auto`` means: the cores, and with servers one more, because some always wait for them."""
    return len(os.sched_getaffinity(0)) + (config.getoption("--database") == "postgresql")


def pytest_report_header(config: pytest.Config) -> str:
    names = [f"{server.name} on port {server.port}" for server in _started]
    return f"database: {config.getoption('--database')}; servers of this run: {', '.join(names) or 'none'}"


@atexit.register  # not a hook: pytest calls none when a conftest does not load
def _end() -> None:
    _leave_nothing()
    while _started:
        _started.pop().stop()
    while _folders:
        shutil.rmtree(_folders.pop(), ignore_errors=True)


def _leave_nothing() -> None:
    """On a server that stays, the migrated database goes; every process has dropped its own copy."""
    url = os.environ.get("TEST_DATABASE_URL")
    if url and any((folder / "migrated").exists() for folder in _folders):
        with psycopg.connect(url, autocommit=True) as connection:
            name = psycopg.sql.Identifier(f"test_{connection.info.dbname}_migrated")
            connection.execute(psycopg.sql.SQL("DROP DATABASE IF EXISTS {}").format(name))


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Mark before others select by marks; order when everybody else has ordered.

    What waits for browsers, workers and mail comes first: one process of xdist waits with it, the others do the rest.
    """
    _mark(config, items)
    yield
    items.sort(key=lambda item: not (item.get_closest_marker("browser") or item.get_closest_marker("services")))


def _mark(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark by folder and fixtures, and skip - or, in CI, refuse - what cannot run here."""
    for item in items:
        for marker in _marks(item):
            item.add_marker(marker)
    if config.getoption("--database") == "sqlite":
        _skip(items, "postgresql", "needs PostgreSQL, this run is on SQLite")
    if browsers.executable() is None and any(item.get_closest_marker("browser") for item in items):
        if os.environ.get("CI") == "true":
            raise pytest.UsageError("No Chromium on this machine, and in CI nothing may be missing.")
        _skip(items, "browser", "no Chromium on this machine: install it to run the browser tests")


def _marks(item: pytest.Item) -> Iterator[str]:
    """What follows from where a test lies and from what it asks for."""
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    if folder in {"browser", "services"}:
        yield folder
    if item.path.stem == "test_races":
        yield "races"
    if folder in {"architecture", "browser"}:
        # What is visited by the way is not tested by it, and counting costs half as much again.
        yield "no_cover"
    if _is_about_rows(item):
        yield "database"


def _is_about_rows(item: pytest.Item) -> bool:
    """Whether a second database must say the same: of pages and mails only where a test commits."""
    names, marker = set(getattr(item, "fixturenames", [])), item.get_closest_marker("django_db")
    if item.get_closest_marker("postgresql") or "transactional_db" in names or (marker and marker.kwargs):
        return True
    return (marker is not None or "db" in names) and not PAGES.fullmatch(item.path.stem)


def _skip(items: list[pytest.Item], marker: str, reason: str) -> None:
    for item in items:
        if item.get_closest_marker(marker):
            item.add_marker(pytest.mark.skip(reason=reason))


# -- no network beyond this machine ----------------------------------------------------------------


class OutsideWorldError(RuntimeError):
    """A test reached for the network."""


def _stays_here(host: Any) -> bool:
    if host in {None, "", "localhost", b"localhost"}:
        return True
    try:
        address = ipaddress.ip_address(host if isinstance(host, str) else bytes(host).decode())
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _guard_sockets(config: pytest.Config) -> None:
    """Python's own sockets reach this machine only, in every test and fixture."""
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def check(host: Any) -> None:
        if not _stays_here(host):
            raise OutsideWorldError(f"a test tried to reach {host!r}")

    def guarded(original: Any) -> Any:
        def method(self: socket.socket, address: Any) -> Any:
            if self.family in {socket.AF_INET, socket.AF_INET6}:
                check(address[0])
            return original(self, address)

        return method

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        check(host)
        return look_up(host, *args, **kwargs)

    patch.setattr(socket.socket, "connect", guarded(connect))
    patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
    patch.setattr(socket, "getaddrinfo", guarded_look_up)
