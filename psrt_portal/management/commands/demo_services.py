"""``manage.py demo_services``: local stand-ins for GitHub, Mailman and Discord; ``manage.py run`` starts them."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from psrt_portal.demo import channels


class Command(BaseCommand):
    """Serve the demo's stand-ins for GitHub, Mailman and Discord."""

    help = "Answer on a local port as GitHub, Mailman and Discord do, for the demo's drift checks. State is in memory."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the port."""
        parser.add_argument("port", type=int)

    def handle(self, *, port: int, **_options: Any) -> None:
        """Answer until the process ends; raises CommandError in production."""
        if not settings.DEVELOPMENT:
            raise CommandError("These services are for trying the portal: set DEPLOYMENT to development.")
        channels.serve(port)
