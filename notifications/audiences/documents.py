"""Audiences of the responsibilities."""

from __future__ import annotations

from audit import clock
from audit.models import Event
from members.documents import policy, queries
from members.documents.models import DocumentKind, DocumentVersion
from notifications.audiences.people import People, nobody


def members_to_accept(event: Event) -> People:
    """Return the members who have not accepted this version; nobody once another version is in force."""
    current = DocumentVersion.objects.current(DocumentKind.RESPONSIBILITIES)
    if event.target_id != str(current.pk):
        return nobody()
    missing = queries.members_to_accept(current, clock.now().date())
    return policy.people_who(policy.Action.ACCEPT).filter(pk__in=missing.values("pk"))
