"""``manage.py mail``: look at what waits to be mailed, stop all mail for a while, and let it go again."""

from __future__ import annotations

import os
import pwd
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import clock
from notifications import workflow
from notifications.models import Delivery, MailPause
from notifications.pages.waiting import state_of
from web.conflicts import Conflict
from web.dates import moment_in_words

#: As long as the column.
LONGEST_REASON: int = MailPause._meta.get_field("reason").max_length or 0


class Command(BaseCommand):
    """Show, pause or resume mail."""

    help = (
        "status says whether mail is paused, what waits and why; its exit code is 1 when mail is paused or late. "
        "pause keeps the workers from sending anything until resume; nothing is lost meanwhile. Both are in the "
        "audit log, and after resume all admins and the whole council are told how long the pause was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the three things to do."""
        commands = parser.add_subparsers(dest="act", required=True)
        commands.add_parser("status", help="say whether mail is paused, what waits and why")
        pause = commands.add_parser("pause", help="send nothing until resume")
        pause.add_argument("reason", help="why; every admin reads it on the page of mail")
        commands.add_parser("resume", help="send what waits, and go on")

    def handle(self, *, act: str, **options: Any) -> None:
        """Do one of the three; raises CommandError when there is nothing to pause or resume."""
        try:
            {"status": self._status, "pause": self._pause, "resume": self._resume}[act](**options)
        except Conflict as error:
            raise CommandError(str(error)) from error

    def _status(self, **_options: Any) -> None:
        now = clock.now()
        state = state_of(now)
        if state.pause:
            self.stdout.write(f"Mail is paused since {moment_in_words(state.pause.begun_at)}: {state.pause.reason}")
        for row in state.rows:
            since = moment_in_words(row.mail.since)
            self.stdout.write(f"{row.number}, waiting since {since}: {row.why} {row.what_to_do}")
        if failed := Delivery.objects.failed().count():
            self.stdout.write(f"{failed} failed for good: admins see them on /notices/failed/.")
        if state.is_quiet:
            self.stdout.write("Nothing waits.")
        elif state.pause or Delivery.objects.late(now).exists():
            raise CommandError("Mail does not go out as it should.")

    def _pause(self, *, reason: str, **_options: Any) -> None:
        reason = " ".join(reason.split())
        if not reason or len(reason) > LONGEST_REASON:
            raise CommandError(f"Give a reason of 1 to {LONGEST_REASON} characters: every admin reads it.")
        workflow.pause(reason, operator=operator())
        self.stdout.write("Mail is paused. A mail in hand is finished. To go on: manage.py mail resume")

    def _resume(self, **_options: Any) -> None:
        pause = workflow.resume(operator=operator())
        waiting = Delivery.objects.due(clock.now()).count()
        self.stdout.write(
            f"Mail was paused since {moment_in_words(pause.begun_at)} and goes out again within a minute or so; "
            f"waiting now: {waiting}."
        )


def operator() -> str:
    """Return the name of the user of the operating system, or their number where it has no name."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
