"""Requests as a view of the portal gets them, without a database."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.test import RequestFactory

from members.people.requests import PortalRequest


def request_of(method: str = "GET", path: str = "/", data: dict[str, Any] | None = None) -> PortalRequest:
    """A request with an empty session and a place for messages."""
    request = cast(PortalRequest, RequestFactory().generic(method, path))
    if data is not None:
        request = cast(PortalRequest, getattr(RequestFactory(), method.lower())(path, data))
    request.session = cast(Any, {})
    cast(Any, request)._messages = CookieStorage(request)
    return request


def messages_of(request: HttpRequest) -> list[tuple[str, str]]:
    """The level and the text of each message, in order."""
    return [(message.level_tag, str(message)) for message in get_messages(request)]
