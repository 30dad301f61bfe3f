"""``manage.py run``: the whole portal on one machine; what ``make run`` calls."""

from __future__ import annotations

import fcntl
import http.client
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from members.accounts.models import User
from members.channels.connectors import NEEDED
from psrt_portal.demo import channels
from psrt_portal.demo.people import PARTS, PASSWORD
from psrt_portal.embedded.lease import Lease, servers
from psrt_portal.embedded.server import end_with_parent

logger = logging.getLogger(__name__)

#: Seconds between the polite signal and the one that cannot be refused.
GRACE_SECONDS = 10
#: Seconds the web server may take until it answers.
START_SECONDS = 120
#: Seconds within which a part that ends by itself has not come up: starting it again would not help.
UP_SECONDS = 10
#: How often a part is started again within `RESTART_SECONDS`. What dies more often than that needs somebody to look.
RESTARTS = 5
RESTART_SECONDS = 600
#: The process that started this one.
_PARENT = os.getppid()


@dataclass(frozen=True)
class Child:
    """A process in a session of its own, so that Ctrl-C in the terminal reaches only us.

    Should this command be killed, Linux ends it, and the supervisor what is left of its session.
    """

    name: str
    arguments: list[str]
    process: subprocess.Popen[bytes]
    started: float

    @classmethod
    def start(cls, lease: Lease, name: str, arguments: list[str]) -> Child:
        """Start ``python -m`` with `arguments`."""
        # Celery warns root at length; on a machine where root is all there is, that helps nobody.
        command = [sys.executable, "-W", "ignore:You're running the worker", "-m", *arguments]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(  # noqa: S603 - our own command
            command,
            cwd=settings.BASE_DIR,
            env=environment,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - this process has one thread
        )
        lease.adopt(process.pid)
        return cls(name, arguments, process, time.monotonic())

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self.process.poll() is not None

    @property
    def did_not_start(self) -> bool:
        """Whether the process gave up by itself before it was up; one that was killed had nothing to do with that."""
        return self.process.returncode >= 0 and time.monotonic() - self.started < UP_SECONDS


class Restarts:
    """The parts that were started again lately, each with the moment."""

    def __init__(self) -> None:
        self._moments: list[tuple[str, float]] = []

    def allow(self, name: str) -> bool:
        """Return whether the part `name` may be started once more, and count it."""
        now = time.monotonic()
        self._moments = [(one, at) for one, at in self._moments if now - at < RESTART_SECONDS]
        if self.count(name) >= RESTARTS:
            return False
        self._moments.append((name, now))
        return True

    def count(self, name: str) -> int:
        """Return how often `name` was started again."""
        return sum(1 for one, _at in self._moments if one == name)


class Command(BaseCommand):
    """Run the whole portal on one machine."""

    help = (
        "Prepare the database, fill it with a demo if it is empty, and run the web server and the "
        "background worker until Ctrl-C."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the option to leave an empty database empty."""
        parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")

    def handle(self, *, no_demo: bool, **_options: Any) -> None:
        """Prepare the database and serve until a signal arrives; raises CommandError when a part ends by itself."""
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_received: stop.set())
        with alone():
            refuse_taken_port(settings.HOST, settings.PORT)
            self.stdout.write("Preparing the database.")
            with servers(settings.VAR_DIR, settings.EMBEDDED_SERVERS) as lease:
                call_command("migrate", verbosity=0, interactive=False)
                if settings.DEVELOPMENT and not no_demo:
                    call_command("seed_demo", "--if-empty", stdout=self.stdout)
                connections.close_all()
                self._serve(lease, stop, demo=not no_demo)

    def _serve(self, lease: Lease, stop: threading.Event, *, demo: bool) -> None:
        """Start the web server and the worker, and end them after a signal."""
        children: list[Child] = []
        try:
            if demo and needs_demo_services():
                children.append(start_demo_services(lease))
            children.append(Child.start(lease, "web server", web_arguments()))
            children.append(Child.start(lease, "background worker", worker_arguments()))
            self._watch(lease, children, stop)
        finally:
            end(children)
            lease.release()

    def _watch(self, lease: Lease, children: list[Child], stop: threading.Event) -> None:
        """Wait for a signal, and start again what ended by itself.

        Raises CommandError when a server has ended, or a child that does not start or ends again and again.
        """
        started, announced, restarts = time.monotonic(), False, Restarts()
        while not stop.wait(0.1) and not maker_is_gone():
            if lease.is_lost:
                raise CommandError(
                    "PostgreSQL or Valkey ended by itself, so everything stops. "
                    f"The logs in {settings.VAR_DIR / 'embedded'} say why."
                )
            for child in [child for child in children if child.has_ended]:
                children[children.index(child)] = replaced(lease, child, restarts)
            if not announced and answers(settings.HOST, settings.PORT):
                self.stdout.write(greeting())
                self.stdout.flush()
                announced = True
            if not announced and time.monotonic() - started > START_SECONDS:
                raise CommandError(f"The web server did not answer within {START_SECONDS} seconds.")
        self.stdout.write("Stopping.")


def replaced(lease: Lease, child: Child, restarts: Restarts) -> Child:
    """Start a part again that ended by itself; raises CommandError where that would not help."""
    code = child.process.returncode
    end([child])  # what is left of its session, such as the schedule beside the worker
    if child.did_not_start or not restarts.allow(child.name):
        raise CommandError(
            f"The {child.name} ended by itself (exit code {code}), so everything stops. Its last lines above say why."
        )
    logger.error(
        "the %s ended by itself (exit code %s) and is started again (restart %s of at most %s in %s minutes)",
        *(child.name, code, restarts.count(child.name), RESTARTS, RESTART_SECONDS // 60),
    )
    return Child.start(lease, child.name, child.arguments)


def maker_is_gone() -> bool:
    """Return whether make started this command and was killed; Ctrl-C reaches both, SIGKILL only make."""
    return "MAKELEVEL" in os.environ and os.getppid() != _PARENT


@contextmanager
def alone() -> Iterator[None]:
    """Hold the lock of VAR_DIR inside the block; raises CommandError when the portal already runs on it."""
    with (settings.VAR_DIR / "run.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise CommandError(
                f"The portal runs already on {settings.VAR_DIR}{lock.read().strip()}. Stop it there, or run a second "
                "one with data of its own: VAR_DIR=var/second PORT=8001 make run"
            ) from error
        lock.truncate(0)
        lock.write(f", as process {os.getpid()}, at {settings.SITE_URL}")
        lock.flush()
        yield


def refuse_taken_port(host: str, port: int) -> None:
    """Raise CommandError with a plain sentence when `port` cannot be listened on."""
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        raise CommandError(
            f"{host}:{port} cannot be listened on ({error.strerror}). Stop what uses it, or choose another port: "
            f"PORT={port + 1 if port < 65535 else 8000} make run"
        ) from error


def needs_demo_services() -> bool:
    """Return whether the channels need local stand-ins: the demo's people are there, and no real service is set."""
    is_demo = settings.DEVELOPMENT and User.objects.filter(email=PARTS[0].email).exists()
    return is_demo and not any(getattr(settings, names[0]) for names in NEEDED.values())


def start_demo_services(lease: Lease) -> Child:
    """Start the stand-ins on a free port, and put their addresses into the environment of later children."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])
    os.environ.update(channels.environment(port))
    return Child.start(lease, "demo services", ["manage", "demo_services", str(port)])


def web_arguments() -> list[str]:
    """Return the arguments of ``python -m`` for gunicorn, which in development reloads changed code."""
    arguments = ["gunicorn", "--config", "deploy/gunicorn.py", "--bind", f"{settings.HOST}:{settings.PORT}"]
    if settings.DEVELOPMENT:
        arguments += ["--workers", "1", "--threads", "8", "--reload"]
    return [*arguments, "psrt_portal.wsgi:application"]


def worker_arguments() -> list[str]:
    """Return the arguments of ``python -m`` for the worker, which is also the schedule: only one may run so."""
    return [
        *("celery", "-A", "psrt_portal", "--quiet", "worker", "-B", "-P", "threads", "-c", "2"),
        *("--loglevel", "warning", "--without-mingle", "--without-gossip"),
    ]


def answers(host: str, port: int) -> bool:
    """Return whether the web server already answers."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": settings.SITE_HOST})
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def end(children: list[Child]) -> None:
    """Send one SIGTERM to each main process, then SIGKILL to what is left of its session.

    A second SIGTERM can hang Celery.
    A main process that was killed leaves its own children behind, such as the schedule of the worker.
    """
    for child in children:
        if not child.has_ended:
            child.process.terminate()
    limit = time.monotonic() + GRACE_SECONDS
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.1, limit - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()


def greeting() -> str:
    """Return the text for the terminal: the portal's address and, in development, how to sign in."""
    lines = ["", f"The portal is at {settings.SITE_URL}/"]
    if settings.HOST == "0.0.0.0":  # noqa: S104 - what was asked for
        others = [host for host in settings.ALLOWED_HOSTS if host not in {"localhost", "127.0.0.1", "[::1]"}]
        lines += [f"Other machines reach it at {', '.join(f'http://{host}:{settings.PORT}/' for host in others)}"]
    if settings.DEVELOPMENT:
        addresses = set(User.objects.values_list("email", flat=True))
        parts = [part for part in PARTS if part.email in addresses]
        if parts:
            lines += ["", f'Sign in at {settings.SITE_URL}/accounts/login/ with the password "{PASSWORD}" as:']
            lines += [f"  {part.email:<20} {part.name}, {part.tells}" for part in parts]
            lines += [f"The second factor is a code that changes: {settings.SITE_URL}/demo/ shows them all.", ""]
        lines += [f"Every mail the portal sends: {settings.SITE_URL}/mail/"]
    return "\n".join([*lines, "Ctrl-C stops it.", ""])
