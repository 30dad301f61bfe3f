"""The last signs of life of workers and schedule, in the cache table, which all processes read.

The schedule notes that it sent a task, a worker that it finished one. So an old sign of the worker beside a young one
of the schedule means that the worker is gone; where both are old, look at the schedule first.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime
from enum import StrEnum
from typing import Any

from celery.signals import after_task_publish, beat_embedded_init, beat_init, task_postrun
from django.core.cache import cache
from django.db import DatabaseError, connections

from audit import clock

logger = logging.getLogger(__name__)

#: A process notes its life no more often than this.
EVERY_SECONDS = 15


class BackgroundPart(StrEnum):
    """The parts of the portal that work in the background."""

    WORKER = "worker"
    BEAT = "beat"


#: By part: the value of `time.monotonic` from which this process notes its life again.
_next: dict[BackgroundPart, float] = {}
_is_beat = False


def note(part: BackgroundPart) -> None:
    """Note that `part` is alive, unless this process did so just now."""
    if time.monotonic() < _next.get(part, 0.0):
        return
    _next[part] = time.monotonic() + EVERY_SECONDS
    try:
        cache.set(_key(part), clock.now(), timeout=None)
    except DatabaseError as error:
        logger.warning("the heartbeat of %s could not be noted (%s)", part, type(error).__name__)


def last(part: BackgroundPart) -> datetime | None:
    """Return when `part` was alive for the last time; None if never. Raises `DatabaseError`."""
    moment: datetime | None = cache.get(_key(part))
    return moment


def _key(part: BackgroundPart) -> str:
    return f"psrt_portal.heartbeats:{part}"


@task_postrun.connect
def _worker_lives(**_signal: Any) -> None:
    note(BackgroundPart.WORKER)


@beat_init.connect
@beat_embedded_init.connect
def _begin_as_beat(**_signal: Any) -> None:
    global _is_beat  # noqa: PLW0603 - one process, one part
    _is_beat = True


@after_task_publish.connect
def _beat_lives(**_signal: Any) -> None:
    if _is_beat:
        note(BackgroundPart.BEAT)
        # No request ends here, so nobody else would ever close a connection that has broken.
        connections.close_all()
