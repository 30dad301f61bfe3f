"""Ask one part of the portal whether it works, and exit with 0 if so. For health checks of containers."""

from __future__ import annotations

import http.client
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from psrt_portal import env

#: The schedule writes its file every three minutes.
BEAT_SECONDS = 600


def web() -> bool:
    """Return whether the web server and its database answer."""
    site = urlsplit(env.origin("SITE_URL"))
    port = env.whole("PORT", 8000, wanted="the port to listen on", least=1)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/readyz", headers={"Host": site.netloc})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False


def beat() -> bool:
    """Return whether the schedule has written its file within `BEAT_SECONDS`."""
    folder = env.path("VAR_DIR", Path("var"))
    moments = [path.stat().st_mtime for path in folder.glob("celerybeat-schedule*")]
    return bool(moments) and time.time() - max(moments) < BEAT_SECONDS


if __name__ == "__main__":
    sys.exit(0 if {"web": web, "beat": beat}[sys.argv[1]]() else 1)
