"""Hints to the workers, which may be lost, work of which one failure must not stop the rest, and housekeeping.

Rows say what is to be done, and a sweep finds them; a hint only makes it happen sooner.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

#: Rows that housekeeping deletes at a time: well below the ten seconds that a statement may take.
BATCH_SIZE = 1000


#: The value of `time.monotonic` before which the broker is left alone, because it did not take a hint.
_broker_rests_until = 0.0


def hint(task: Any, *args: str) -> None:
    """Ask a worker to run `task` soon.

    A broker that is away costs one wait, bounded by CELERY_BROKER_TRANSPORT_OPTIONS, and then none for SWEEP_SECONDS:
    the next sweep finds what lost hints were about.
    """
    global _broker_rests_until  # noqa: PLW0603 - one process, one broker
    if time.monotonic() < _broker_rests_until:
        return
    try:
        task.apply_async(args=args, retry=False, ignore_result=True)
    except (KombuError, RedisError, OSError) as error:
        _broker_rests_until = time.monotonic() + settings.SWEEP_SECONDS
        logger.warning("the broker took no hint (%s); the sweep finds the rows", type(error).__name__)


def hint_on_commit(task: Any, *args: str) -> None:
    """Call `hint` once the transaction around the caller is committed; at once when there is none."""
    after_commit(hint, task, *args)


def after_commit(act: Callable[..., object], *args: Any) -> None:
    """Call `act` once the transaction around the caller is committed; what it raises is logged and reaches nobody.

    Django names the callback in its log by an attribute that a `functools.partial` has not: a failure of one became
    the answer to an act that had happened.
    """

    def call() -> None:
        act(*args)

    transaction.on_commit(call, robust=True)


def delete_in_batches(rows: QuerySet[Any]) -> int:
    """Delete `rows` in transactions of `BATCH_SIZE`, so that nobody waits for a lock; return how many there were."""
    deleted = 0
    while keys := list(rows.values_list("pk", flat=True)[:BATCH_SIZE]):
        rows.model._default_manager.filter(pk__in=keys).delete()
        deleted += len(keys)
    return deleted


def attempt(verb: Callable[[Any], object], thing: Any, *, raises: type[Exception] | tuple[()] = ()) -> bool:
    """Run `verb` on a row or the id of one; return whether it succeeded, and log the class of what it raised.

    One broken row must not hold up the others; the next sweep tries it again. Exceptions in `raises` are raised.
    """
    try:
        verb(thing)
    except raises:
        raise
    except Exception as error:
        # Of the exception the log keeps the frames, not the message: a database's may quote the row it refused.
        name = type(error).__name__
        logger.exception("%s of %s failed with %s", verb.__name__, getattr(thing, "pk", thing), name)
        return False
    return True
