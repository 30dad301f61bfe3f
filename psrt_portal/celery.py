"""The Celery application; `settings/celery.py` holds its configuration under ``CELERY_``."""

from __future__ import annotations

import logging
import os
from typing import Any

import structlog
from celery import Celery, signals
from django.conf import settings
from django.utils.log import configure_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "psrt_portal.settings")

app = Celery("psrt_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.setup_logging.connect
def _set_up_logging(loglevel: int | None = None, **_options: Any) -> None:
    """Write the portal's log in the place of Celery's own, which quotes arguments and messages of exceptions."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    if loglevel:
        logging.getLogger().setLevel(loglevel)


@signals.task_prerun.connect
def _name_task(task_id: str, task: Any, **_details: Any) -> None:
    """Let every line of a task carry its name and id."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(task=task.name, task_id=task_id)


@signals.task_postrun.connect
def _forget_task(**_details: Any) -> None:
    structlog.contextvars.clear_contextvars()
