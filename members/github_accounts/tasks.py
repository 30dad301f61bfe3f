"""Celery tasks that look up GitHub names; running one twice or late does no harm."""

from __future__ import annotations

import time

from celery import shared_task

from audit import clock
from members.github_accounts import workflow
from members.github_accounts.queries import to_look_up
from members.github_accounts.registry import is_connected
from web import background

#: Seconds after which a sweep begins no further question; below a task's time limit.
_ENOUGH_SECONDS = 20.0
#: Names asked for in one sweep: GitHub answers 5,000 questions an hour, and others ask with the same token.
_MOST = 50


@shared_task
def look_up_github_names() -> None:
    """Look up the names that are to be looked up; the rest waits for the next sweep when GitHub gives no answer."""
    if not is_connected():
        return
    end = time.monotonic() + _ENOUGH_SECONDS
    for pk in to_look_up(clock.now()).values_list("pk", flat=True)[:_MOST]:
        if time.monotonic() > end or not workflow.look_up(pk):
            return


def hint_after_commit() -> None:
    """Let names be looked up soon after the transaction in which one was written down."""
    if is_connected():
        background.hint_on_commit(look_up_github_names)
