"""Helpers of the tests that read pages on nominations."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from nominations.models import Nomination


def url(name: str, nomination: Nomination) -> str:
    return reverse(f"nominations:{name}", args=[nomination.pk])


def text(response: Any) -> str:
    """Return the page as one line."""
    return " ".join(response.content.decode().split())


def post(client: Client, path: str, **data: str) -> Any:
    return client.post(path, data)


def sentences(client: Client, response: Any) -> list[str]:
    """Return the messages on the page after a redirect."""
    return [str(message) for message in client.get(response["Location"]).context["messages"]]
