"""Start what a test run needs before Django loads: servers, folders and the environment.

Loaded by ``addopts = -p tests.plugin`` in pyproject.toml. The controlling process starts
PostgreSQL and Valkey (or takes TEST_DATABASE_URL and TEST_REDIS_URL) and sets the environment
that the settings read; the processes of xdist inherit it and only take a corner of their own.
The portal is the runtime role in every test, as in production (`psrt_portal.roles`).
"""

from __future__ import annotations

import atexit
import gc
import ipaddress
import os
import re
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests import browsers, machine

_folders: list[Path] = []


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Prepare the environment before pytest-django loads the settings."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        _take_corner(worker)
        return
    options = early_config.known_args_namespace
    if options.help or options.version:
        os.environ.setdefault("VAR_DIR", str(_folder()))
        return
    folder = _folder()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"  # importing the portal would choose its own
    environment = import_module("tests.environment")  # not earlier: coverage would not count the portal's modules
    try:
        os.environ.update(environment.prepare(folder))
    except environment.ServerError as error:
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


def _take_corner(worker: str) -> None:
    """A folder and a broker database for one process of xdist; Django gives it a database."""
    var = Path(os.environ["VAR_DIR"]) / worker
    var.mkdir(exist_ok=True)
    os.environ["VAR_DIR"] = str(var)
    # Both redis://host/0 and redis+socket:///path?virtual_host=0 end in the number of a database.
    url = os.environ["REDIS_URL"]
    named = re.fullmatch(r"(.*[/=])(\d+)", url)
    before, first = (named.group(1), int(named.group(2))) if named else (f"{url}/", 0)
    os.environ["REDIS_URL"] = f"{before}{first + 1 + int(worker.removeprefix('gw'))}"


def pytest_configure(config: pytest.Config) -> None:
    _guard_sockets(config)


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """The number for ``-n auto``: the cores and one more, because some always wait for servers."""
    return machine.cores() + 1


def pytest_report_header(config: pytest.Config) -> str:
    servers = [f"{server.name} in {server.folder}" for server in import_module("tests.environment").started]
    return f"servers of this run: {', '.join(servers) or 'none'}"


@atexit.register  # not a hook: pytest calls none when a conftest does not load
def _end() -> None:
    if "tests.environment" in sys.modules:
        sys.modules["tests.environment"].end()
    while _folders:
        shutil.rmtree(_folders.pop(), ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Mark before others select by marks; order when everybody else has ordered.

    What waits for browsers, workers and mail comes first: one process of xdist waits with it, the others do the rest.
    """
    _mark(config, items)
    yield
    items.sort(key=lambda item: not (item.get_closest_marker("browser") or item.get_closest_marker("services")))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Take what was imported and collected out of Python's garbage collection, and let it look less often.

    What stays until the end need not be looked at, and queries make so much that is gone at once that looking after
    each 700 objects took a twentieth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _mark(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark by folder and fixtures, and skip - or, in CI, refuse - what cannot run here."""
    for item in items:
        for marker in _marks(item):
            item.add_marker(marker)
    if browsers.executable() is None and any(item.get_closest_marker("browser") for item in items):
        if os.environ.get("CI") == "true":
            raise pytest.UsageError("No Chromium on this machine, and in CI nothing may be missing.")
        _skip(items, "browser", "no Chromium on this machine: install it to run the browser tests")


def _marks(item: pytest.Item) -> Iterator[str]:
    """Mark tests by their folder and by the fixtures they ask for."""
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    if folder in {"browser", "services"}:
        yield folder
    if item.path.stem == "test_races":
        yield "server_versions"
    if folder in {"architecture", "browser"}:
        # What is visited by the way is not tested by it.
        yield "no_cover"


def _skip(items: list[pytest.Item], marker: str, reason: str) -> None:
    for item in items:
        if item.get_closest_marker(marker):
            item.add_marker(pytest.mark.skip(reason=reason))


# -- no network beyond this machine ----------------------------------------------------------------

# Not pytest-socket: with hosts allowed it guards connect() alone, from the set-up of a test to its teardown. Look-ups
# of names, connect_ex(), fixtures that outlive a test and what runs between two tests would reach the network.


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
