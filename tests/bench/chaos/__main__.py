"""Run a whole portal, cause one fault after another, and print what visitors see, how long, and what is lost.

    .venv/bin/python -m tests.bench.chaos --only postgresql-frozen --seconds 12

Exit code 1 if a fault does what it must not (`judging.complaints`), or the audit log is not whole at the end.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.chaos.books import Books, all_is_sent, audit_log, count_receipts, forget_limits, wait
from tests.bench.chaos.faults import FAULTS, Fault
from tests.bench.chaos.house import House
from tests.bench.chaos.judging import Kept, Row, complaints
from tests.bench.chaos.traffic import Acknowledged, Traffic

#: Seconds after which what does not answer is taken for gone.
PATIENCE = 90
#: Says that this process is in a mount namespace of its own, in which a disk can be made for the database.
_ALONE = "CHAOS_MOUNTS_ALONE"
console = Console(highlight=False)
progress = Console(highlight=False, stderr=True)


def cause(fault: Fault, house: House, acknowledged: Acknowledged, seconds: float) -> Row:
    """Cause one fault below traffic, wait for the recovery, and count."""
    traffic, prober = Traffic(house, acknowledged), Traffic(house, acknowledged)
    books = begin(fault, house, acknowledged)
    ended = break_and_mend(fault, house, traffic, seconds)
    pages = wait(prober.is_well, PATIENCE)
    mail = wait_for_mail(house, prober)
    # Whoever came just after the fault's end belongs to it, and of a fault without duration everybody does.
    time.sleep(max(1.0, ended + seconds - time.monotonic()) if fault.is_instant else 1)
    traffic.stop()
    is_alive = wait_for_life(house, ended)
    return Row(
        fault.says,
        fault.kind,
        tuple(traffic.samples + prober.samples),
        pages and pages - ended,
        mail - ended if mail and is_alive else None,
        books.count_reports(),
        books.count_ballots(),
        books.count_mails(),
        fault.may_repeat,
    )


def begin(fault: Fault, house: House, acknowledged: Acknowledged) -> Books:
    """Open the books when the portal is well and has sent everything; raises RuntimeError if that does not come."""
    house.sign_in()
    forget_limits(house)
    traffic = Traffic(house, acknowledged)
    if wait(traffic.is_well, PATIENCE) is None or wait(lambda: all_is_sent(house), PATIENCE) is None:
        raise RuntimeError(f"the portal is not well before {fault.name}: {traffic.samples[-10:]}")
    return Books(house, acknowledged)


def break_and_mend(fault: Fault, house: House, traffic: Traffic, seconds: float) -> float:
    """Let the fault be there while `traffic` runs, which goes on; return the moment of its end."""
    if not fault.is_rebuilt:
        traffic.start()
        time.sleep(1)
    with fault.cause(house):
        ended = time.monotonic()
        if fault.is_rebuilt:
            traffic.start()
        if not fault.is_instant:
            time.sleep(seconds)
        if fault.is_rebuilt:
            traffic.stop()
    if not fault.is_instant:
        ended = time.monotonic()
    if fault.is_rebuilt:
        traffic.start()
    return ended


def wait_for_mail(house: House, prober: Traffic) -> float | None:
    """Return the moment when a new report had its mail."""
    email = prober.report()
    return wait(lambda: bool(house.sink.to(email)), PATIENCE) if email else None


def wait_for_life(house: House, since: float) -> bool:
    """Return whether the schedule and a worker show themselves alive; they do so every 15 seconds."""

    def is_alive() -> bool:
        return all(house.sign_of_life(part) < time.monotonic() - since for part in ("worker", "beat"))

    return wait(is_alive, PATIENCE) is not None


def show(rows: list[Row]) -> None:
    """Print the table."""
    table = Table(show_lines=True)
    for heading in ("fault", "what visitors see", "longest", "back after", "there of acknowledged", "mails", ""):
        table.add_column(heading)
    for row in rows:
        table.add_row(
            row.fault,
            row.answers,
            f"{row.longest:.1f} s",
            f"pages {_seconds(row.pages_back)}\nmail {_seconds(row.work_back)}",
            f"{row.reports} reports\n{row.ballots} ballots",
            str(row.mails).replace(", ", "\n"),
            "FAILED" if complaints(row) else "ok",
        )
    console.width = max(console.width, 150)  # also where the output goes to a file
    console.print(table)


def _seconds(value: float | None) -> str:
    return "never" if value is None else f"{value:.1f} s"


def run(folder: Path, faults: list[Fault], seconds: float) -> int:
    """Cause `faults`; return the exit code."""
    house, acknowledged, rows = House(folder, disk=_ALONE in os.environ), Acknowledged(), list[Row]()
    try:
        progress.print("Starting a portal.")
        house.build()
        for fault in faults:
            if fault.name == "disk-full" and not house.has_disk:
                console.print("disk-full is left out: this system lets nobody make a disk here (unshare, mount).")
                continue
            progress.print(f"{fault.says} ...")
            rows.append(cause(fault, house, acknowledged, seconds))
            for complaint in complaints(rows[-1]):
                progress.print(f"  FAILED: {complaint}")
        show(rows)
        return judge(rows, count_receipts(house, acknowledged), audit_log(house))
    finally:
        house.stop()


def judge(rows: list[Row], board: Kept, audit: str) -> int:
    """Print what is to be said at the end; return the exit code."""
    failures = [f"{row.fault}: {complaint}" for row in rows for complaint in complaints(row)]
    if board.lost:
        failures.append(f"{board.lost} receipts are not on the board of the count")
    is_whole = audit.startswith("The audit log is whole")
    console.print(f"The vote is counted: {board} last receipts are on its board.")
    console.print(audit if is_whole else f"The audit log is NOT whole: {audit}")
    for failure in failures:
        console.print(f"FAILED: {failure}")
    return 1 if failures or not is_whole else 0


def with_mounts_of_its_own() -> None:
    """Begin again in a mount namespace, where this is allowed; a disk made there is gone with its last process."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    command = ["unshare", *user, "--mount"]
    try:
        subprocess.run([*command, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return
    os.environ[_ALONE] = "1"
    os.execvp(command[0], [*command, sys.executable, "-m", "tests.bench.chaos", *sys.argv[1:]])  # noqa: S606


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    names = [fault.name for fault in FAULTS]
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help=f"one of: {', '.join(names)}")
    parser.add_argument("--seconds", type=float, default=12, help="how long a fault lasts (12)")
    options = parser.parse_args()
    if _ALONE not in os.environ:
        with_mounts_of_its_own()
    faults = [fault for fault in FAULTS if not options.only or fault.name in options.only]
    with tempfile.TemporaryDirectory(prefix="psrt-chaos-", ignore_cleanup_errors=True) as name:
        return run(Path(name), faults, options.seconds)


if __name__ == "__main__":
    sys.exit(main())
