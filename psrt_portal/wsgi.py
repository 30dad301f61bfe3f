"""The WSGI application that gunicorn serves."""

import os
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "psrt_portal.settings")


class Request(WSGIRequest):
    """A request whose content type may be anything.

    Django parses it above all middleware, where whatever the standard library raises would be an answer of gunicorn's.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        """Read the content type; one that cannot be read gets an encoding that `PlainInput` refuses."""
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]
        except Exception:  # noqa: BLE001  of many kinds: of RFC 2231, and of Python's codecs
            self.content_type, self.content_params = "", {"charset": "unreadable"}
            self.encoding = None  # type: ignore[assignment]


class Handler(WSGIHandler):
    """Django's handler, with requests that can always be made."""

    request_class = Request


django.setup(set_prefix=False)
application = Handler()
