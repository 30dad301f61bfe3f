"""Ask one part of the portal whether it works, and exit with 0 if so. For health checks of containers."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from psrt_portal import env

#: The schedule writes its file every three minutes.
BEAT_SECONDS = 600
#: Seconds a worker may take to answer, and this check with it.
PING_SECONDS, CHECK_SECONDS = 5, 18


def web() -> bool:
    """Return whether the web server and its database answer."""
    site = urlsplit(env.origin("SITE_URL"))
    port = env.whole("PORT", 8000, wanted="the port to listen on", least=1)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/readyz", headers={"Host": site.netloc})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False


def worker() -> bool:
    """Return whether the worker of this machine answers, by way of the broker."""
    ping = [sys.executable, "-m", "celery", "-A", "psrt_portal", "inspect", "ping", "--timeout", str(PING_SECONDS)]
    # Only this one: another worker's answer says nothing about it.
    name = f"celery@{socket.gethostname()}"
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*ping, "--destination", name],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return process.wait(CHECK_SECONDS) == 0
    except subprocess.TimeoutExpired:
        kill_session(process.pid)
        process.wait()
        return False


def beat() -> bool:
    """Return whether the schedule has written its file within `BEAT_SECONDS`."""
    moments = [path.stat().st_mtime for path in data_folder().glob("celerybeat-schedule*")]
    # After a clock was set back the file is from the future until beat writes it again.
    return bool(moments) and abs(time.time() - max(moments)) < BEAT_SECONDS


def data_folder() -> Path:
    """Return the folder that the portal writes to."""
    return env.path("VAR_DIR", Path("var"))


def load_settings() -> None:
    """Read the file of variables as the portal does; a machine without containers has VAR_DIR there only."""
    env.load_file(env.path("ENV_FILE", Path(".env")))


def kill_session(leader: int) -> None:
    """Kill a process that leads a session of its own, with its children."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


CHECKS = {"web": web, "worker": worker, "beat": beat}

if __name__ == "__main__":
    load_settings()
    sys.exit(0 if CHECKS[sys.argv[1]]() else 1)
