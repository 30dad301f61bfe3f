"""Tasks of the workers. Arguments are ids; a task that runs twice, or late, or together with itself does no harm."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task
from celery.signals import worker_shutting_down
from django.db import OperationalError

from audit import clock
from notifications import sending, workflow
from notifications.models import Notice
from web import background

logger = logging.getLogger(__name__)


def hint(notice: str) -> None:
    """Tell a worker of a notice."""
    background.hint(deliver_notice, notice)


@shared_task
def deliver_notice(notice: str) -> None:
    """Work out the recipients of a new notice and send what is due."""
    _expand(notice)
    _deliver()


@shared_task
def deliver_due_notices() -> None:
    """Sweep: deliver whatever a lost hint, a dead worker or a put-off try has left."""
    waiting = list(Notice.objects.waiting(clock.now()).values_list("pk", flat=True)[: sending.BATCH_SIZE])
    for notice in waiting:
        _expand(str(notice))
    _deliver(has_more=len(waiting) == sending.BATCH_SIZE)


@shared_task
def delete_old_notices() -> None:
    """Delete what was delivered long ago; runs every night."""
    background.attempt(workflow.delete_old, clock.now())


def _expand(notice: str) -> None:
    """Work out the recipients. A notice is put off for a fault of its own, and not for one of the database."""
    try:
        if not background.attempt(workflow.expand, notice, raises=OperationalError):
            workflow.put_off_notice(notice)
    except OperationalError as error:
        logger.warning("notice %s is left to the next sweep (%s)", notice, type(error).__name__)


def _deliver(*, has_more: bool = False) -> None:
    """Send one batch a task, so that a worker is never busy for long; the next batch is the next task."""
    if sending.send_due() or has_more:
        background.hint(deliver_due_notices)


@worker_shutting_down.connect
def _finish_soon(**_signal: Any) -> None:
    """Give back at a normal stop what is not begun. Celery sends this signal in the worker's main process."""
    sending.stopping.set()
