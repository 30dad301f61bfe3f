"""What is being done, in the operator's terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, TaskID

from psrt_portal.backup.tables import Tell


@contextmanager
def shown() -> Iterator[Tell]:
    """Show each step with a bar, inside the block; a total of 0 is one that nobody knows."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bars: dict[str, TaskID] = {}

        def tell(step: str, done: int, total: int) -> None:
            if step not in bars:
                bars[step] = progress.add_task(step, total=total or None)
            progress.update(bars[step], completed=done)

        yield tell
