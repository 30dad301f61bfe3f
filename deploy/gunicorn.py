"""The configuration of gunicorn; `manage.py run` and the container both use it."""

import os
import shutil
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import Any

from gunicorn import glogging

from psrt_portal import env, logs

env.load_file(env.path("ENV_FILE", Path(".env")))


class PortalLog(glogging.Logger):  # type: ignore[misc]
    """Hand what gunicorn says to the portal's log, which withholds addresses and paths."""

    def setup(self, cfg: Any) -> None:
        """Set the level, and leave the writing to the root logger."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Name the line of gunicorn's that says it: the log keeps whole messages only as they stand in the code."""
        self.error_log.warning(msg, *args, stacklevel=2, **kwargs)

    def error(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Name the line of gunicorn's that says it."""
        self.error_log.error(msg, *args, stacklevel=2, **kwargs)

    def critical(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Name the line of gunicorn's that says it."""
        self.error_log.critical(msg, *args, stacklevel=2, **kwargs)


# For the process that watches the workers; each of them reads the settings, which say the same.
_is_production = env.choice("DEPLOYMENT", "production", ("production", "development")) == "production"
logs.configure(logs.settings_for(is_production=_is_production))
logger_class = PortalLog

bind = "{}:{}".format(
    env.text("HOST", "127.0.0.1", wanted="the address to listen on"),
    env.port("PORT", 8000),
)
worker_class = "gthread"
workers = env.whole("WEB_WORKERS", 2, wanted="how many processes", least=1)
threads = env.whole("WEB_THREADS", 4, wanted="how many requests a process works on at a time", least=1)
# For a process that hangs as a whole. A thread that waits for the database is ended by psrt_portal/postgresql.
timeout = 30
graceful_timeout = 20
keepalive = 5
max_requests = 10_000
max_requests_jitter = 1_000
# The heartbeat must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else gettempdir()  # noqa: S108
control_socket_disable = True
# No access log: it would hold addresses of reporters. nginx writes one without them.
accesslog = None
errorlog = "-"
loglevel = "warning"
# Nobody: Django alone decides what to believe about the caller, by TRUSTED_PROXIES.
forwarded_allow_ips = ""


# -- metrics: the processes count requests in files of one folder, and whoever answers a scrape adds them up -----------

_metrics = env.text("PROMETHEUS_MULTIPROC_DIR", "", wanted="a folder")
if not _metrics and env.is_set("METRICS_TOKEN"):
    # A new one for each start: counters begin at 0, as Prometheus expects of a server that was restarted.
    _metrics = mkdtemp(prefix="portal-metrics-", dir=worker_tmp_dir)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _metrics
#: Not process ids: a process that takes the place of another goes on with its files, so there are never more.
_taken: set[int] = set()


def pre_fork(_server: Any, worker: Any) -> None:
    """Give a new process the first free place."""
    worker.metrics_place = next(place for place in range(len(_taken) + 1) if place not in _taken)
    _taken.add(worker.metrics_place)


def post_fork(_server: Any, worker: Any) -> None:
    """Let a new process, before it loads the portal, count in the files of its place."""
    if _metrics:
        from prometheus_client import values  # noqa: PLC0415  reads the environment when it is imported

        values.ValueClass = values.MultiProcessValue(lambda: worker.metrics_place)  # type: ignore[no-untyped-call]


def child_exit(_server: Any, worker: Any) -> None:
    """Free the place of a process that is gone."""
    _taken.discard(worker.metrics_place)


def on_exit(_server: Any) -> None:
    """Remove the folder."""
    if _metrics:
        shutil.rmtree(_metrics, ignore_errors=True)
