"""The schedule that beat keeps: Celery's, which goes on when the clock is set back.

Celery notes when a task was sent, and waits from there. Where that moment lies in the future, because a clock was an
hour ahead and is right again, nothing is sent for an hour: no vote is counted and no put-off mail goes, while beat
looks well. The notes are in a file, so a restart does not help.
"""

from __future__ import annotations

import logging
from typing import Any

from celery.beat import PersistentScheduler

logger = logging.getLogger(__name__)


class Schedule(PersistentScheduler):
    """A schedule on which nothing was sent in the future."""

    _heap: Any

    def tick(self, *arguments: Any, **options: Any) -> Any:
        """Send what is due; return the seconds until somebody should look again."""
        self._forget_the_future()
        return super().tick(*arguments, **options)

    def _forget_the_future(self) -> None:
        """Let tasks that were sent later than now have been sent now, and put the order of the next ones anew."""
        entries: Any = self.schedule.values()
        ahead = [entry for entry in entries if entry.last_run_at > entry.default_now()]
        if not ahead:
            return
        for entry in ahead:
            entry.last_run_at = entry.default_now()
        self._heap = None  # its moments are of the other clock as well; Celery makes it anew
        logger.warning("the clock was set back: %s tasks were noted as sent in the future", len(ahead))
