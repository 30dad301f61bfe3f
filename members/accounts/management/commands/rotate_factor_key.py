"""``manage.py rotate_factor_key``: store every seed under the newest FACTOR_KEY."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from members.accounts import workflow
from members.accounts.models import User


class Command(BaseCommand):
    """Store every seed of a second factor under the newest FACTOR_KEY."""

    help = (
        "Encrypt the seeds of authenticator apps and recovery codes with FACTOR_KEY, where a key of "
        "FACTOR_KEY_FALLBACKS was used until now. Can be stopped and run again; it says when the fallbacks can go."
    )

    def handle(self, **_options: Any) -> None:
        """Go through the logins; raises CommandError when no key opens some factor."""
        logins = list(User.objects.select_related("person").order_by("pk"))
        stored, unreadable = 0, []
        for number, login in enumerate(logins, start=1):
            done = workflow.reencrypt_factors(login)
            stored += done.stored
            if done.stored:
                self.stdout.write(f"{number} of {len(logins)}: {login.person.name}, {done.stored} stored.")
            if done.unreadable:
                unreadable.append(login.person.name)
        self.stdout.write(f"Stored under the newest key: {stored}.")
        if unreadable:
            raise CommandError(
                f"No key opens a factor of {', '.join(unreadable)}. Put the key it was stored under into "
                "FACTOR_KEY_FALLBACKS and run this again. If that key is lost, they set up their factors again "
                "(docs/operations.md, “Change a secret”)."
            )
        self.stdout.write("Every seed is under the newest key: FACTOR_KEY_FALLBACKS can be emptied.")
