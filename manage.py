#!/usr/bin/env python
"""Django's command line for the portal."""

import os
import sys
from contextlib import ExitStack

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from psrt_portal.embedded.lease import servers
from psrt_portal.embedded.server import ServerError

#: Commands that ask no database, and the one that starts the servers itself.
WITHOUT_SERVERS = {"", "help", "version", "check", "collectstatic", "demo_services", "run"}
HELP = {"-h", "--help", "--version"}


def main(arguments: list[str]) -> None:
    """Run a command, with the embedded servers up where the settings name no others."""
    asks_none = not WITHOUT_SERVERS.isdisjoint(arguments[1:2] or [""]) or not HELP.isdisjoint(arguments)
    with ExitStack() as stack:
        if not asks_none and settings.EMBEDDED_SERVERS:
            stack.enter_context(servers(settings.VAR_DIR, settings.EMBEDDED_SERVERS))
        execute_from_command_line(arguments)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "psrt_portal.settings")
    try:
        main(sys.argv)
    except ImproperlyConfigured as error:
        # Not even chosen: most likely somebody who wants to try the portal.
        hint = "" if "DEPLOYMENT" in os.environ else " This is production's default; to try the portal: make run"
        sys.exit(f"The portal does not start. {error}{hint}")
    except ServerError as error:
        sys.exit(str(error))
