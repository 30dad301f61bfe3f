"""The addresses of an advisory's pages, and what they say after an act."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from advisories.reports.models import Report


def path(name: str, report: Report) -> str:
    app = "publication" if name in {"draft", "preview", "approve", "publish"} else "reports"
    return reverse(f"{app}:{name}", args=[report.reference])


def told(client: Client, path: str) -> list[str]:
    return [str(message) for message in client.get(path).context["messages"]]
