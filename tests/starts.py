"""Starts of the portal, forked from a process that has imported Django and Celery: 20 milliseconds each, not a second.

Each start is a process of its own, with exactly the environment that a test gives it, and has read no settings before.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import runpy
import subprocess
import sys
import tempfile
import traceback
from functools import cache
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parent.parent
#: What a start imports first, and what reads no settings while it is imported.
IMPORTED = (
    "celery.app.base", "celery.schedules", "cvss", "django.contrib.staticfiles", "django.core.checks",
    "django.core.management", "django.db.backends.postgresql.base", "fido2.server", "icalendar", "markdown_it",
    "prometheus_client", "psrt_portal.celery", "psrt_portal.embedded.lease", "redis.asyncio", "requests",
)  # fmt: skip


def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``manage.py`` with arguments, or ``-c`` with code, in this environment, as Python would."""
    server = _server()
    with tempfile.TemporaryDirectory() as folder:
        files = [str(Path(folder, name)) for name in ("stdout", "stderr")]
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(f"{json.dumps([arguments, environment, files])}\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        out, err = (Path(file).read_text(encoding="utf-8") for file in files)
    return subprocess.CompletedProcess(["python", *arguments], code, out, err)


@cache
def _server() -> subprocess.Popen[str]:
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.starts"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(server.communicate)  # it ends where its orders do
    return server


def _serve() -> list[str]:
    """Fork a process for each order and answer with its exit code; return the arguments in the new process."""
    for name in IMPORTED:
        import_module(name)
    gc.freeze()
    for line in sys.stdin:
        arguments, environment, files = json.loads(line)
        child = os.fork()
        if not child:
            os.environ.clear()
            os.environ.update(environment)
            for number, file in enumerate([os.devnull, *files]):
                os.dup2(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), number)
            return list(arguments)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()
    return []


def _run(arguments: list[str]) -> None:
    """Do what Python does with its arguments."""
    if arguments[0] == "-c":
        sys.argv = ["-c", *arguments[2:]]
        exec(arguments[1], {"__name__": "__main__"})  # noqa: S102
    else:
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")


def _exit_code(arguments: list[str]) -> int:
    """Run to the end, say why it ended as Python says it, and return the exit code."""
    try:
        _run(arguments)
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(f"{end.code}\n")
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  as Python does
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    order = _serve()
    if order:
        code = _exit_code(order)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # Python's own end visits all of memory, which is shared until then: twice the time of a start
