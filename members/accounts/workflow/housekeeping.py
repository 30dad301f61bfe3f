"""Delete what is over: counts of limits, sessions, and the addresses of invitations. Safe to run twice, or at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Exists, OuterRef, Q

from members.accounts.models import Invitation
from web.background import BATCH_SIZE, delete_in_batches

#: After its end an invitation keeps the address this long, so that an admin who is asked "where did my invitation go?"
#: can answer. The login has the address of one that was accepted.
KEEP_ADDRESSES = timedelta(days=90)


def delete_expired_counts(at: datetime) -> int:
    """Delete expired rows of the cache table; return how many. Django deletes one only when it is asked for again."""
    table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
    deleted, last = 0, BATCH_SIZE
    while last == BATCH_SIZE:
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {table} WHERE cache_key IN "  # noqa: S608 - the name stands in the settings
                f"(SELECT cache_key FROM {table} WHERE expires < %s LIMIT {BATCH_SIZE})",
                [at],
            )
            last = cursor.rowcount
        deleted += last
    return deleted


def forget_sessions() -> None:
    """Sign everybody out and forget what limits have counted, after a restore. Second factors stay as they are."""
    Session.objects.all().delete()
    UserSession.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(settings.CACHES['default']['LOCATION'])}")  # noqa: S608


def delete_ended_sessions(at: datetime) -> int:
    """Delete expired sessions, and the lines with address and browser of sessions that are gone; return how many."""
    expired = delete_in_batches(Session.objects.filter(expire_date__lt=at))
    rows = Session.objects.filter(session_key=OuterRef("session_key"))
    return expired + delete_in_batches(UserSession.objects.filter(~Exists(rows)))


def forget_old_addresses(at: datetime) -> int:
    """Empty the address of invitations that ended `KEEP_ADDRESSES` ago; return how many."""
    end = at - KEEP_ADDRESSES
    ended = Q(accepted_at__lt=end) | Q(revoked_at__lt=end) | Q(accepted_at=None, expires_at__lt=end)
    return Invitation.objects.filter(ended).exclude(email="").update(email="")
