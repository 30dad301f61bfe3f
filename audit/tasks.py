"""Celery tasks about the log itself."""

from __future__ import annotations

from celery import shared_task

from audit import workflow


@shared_task
def keep_checkpoint() -> None:
    """Verify the log and keep a checkpoint of it. Runs once a day; another run keeps another checkpoint."""
    workflow.keep_checkpoint()
