"""What is over is deleted every night; what is not stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection

from audit import clock
from members.accounts import tasks, workflow
from members.accounts.models import Invitation
from members.accounts.workflow import housekeeping
from members.accounts.workflow.housekeeping import KEEP_ADDRESSES
from tests.cast import Browse, Cast, act_as
from tests.factories import make_person
from tests.members.accounts.signing_in import sign_in_by_pages
from web import background

HOUR = timedelta(hours=1)


def counts() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM portal_cache")
        return int(cursor.fetchone()[0])


def test_expired_counts_go_and_the_others_stay(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        cache.set(f"short {number}", "x", 60)
    cache.set("long", "x", 7200)
    monkeypatch.setattr(housekeeping, "BATCH_SIZE", 2)
    assert (housekeeping.delete_expired_counts(clock.now()), counts()) == (0, 6)
    assert (housekeeping.delete_expired_counts(clock.now() + HOUR), counts()) == (5, 1)
    assert (housekeeping.delete_expired_counts(clock.now() + HOUR), cache.get("long")) == (0, "x")


def test_expired_sessions_go_with_their_lines_in_the_list(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "BATCH_SIZE", 1)
    clients = [sign_in_by_pages(person) for person in (cast.mel, cast.mia, cast.ada)]
    assert housekeeping.delete_ended_sessions(clock.now()) == 0
    assert (Session.objects.count(), UserSession.objects.count()) == (3, 3)
    ended = UserSession.objects.filter(user__in=[cast.mel.user, cast.mia.user]).values("session_key")
    Session.objects.filter(session_key__in=ended).update(expire_date=clock.now() - HOUR)
    assert housekeeping.delete_ended_sessions(clock.now()) == 4
    assert [client.get("/profile/").status_code for client in clients] == [302, 302, 200]
    assert UserSession.objects.get().user == cast.ada.user
    later = clock.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE) + HOUR
    assert housekeeping.delete_ended_sessions(later) == 2


def test_an_invitation_keeps_its_address_for_a_while_after_its_end(cast: Cast) -> None:
    people = [make_person(f"Number{number} Person", github="") for number in range(4)]
    open_, expired, revoked, accepted = (
        workflow.invite(person, email=f"{person.slug}@example.net", by=act_as(cast.ada)) for person in people
    )
    now = clock.now()
    Invitation.objects.filter(pk=open_.pk).update(expires_at=now + HOUR)
    Invitation.objects.filter(pk=expired.pk).update(expires_at=now - HOUR)
    Invitation.objects.filter(pk=revoked.pk).update(revoked_at=now - HOUR)
    Invitation.objects.filter(pk=accepted.pk).update(accepted_at=now - HOUR, expires_at=now + timedelta(days=9999))

    def kept() -> list[bool]:
        return [bool(Invitation.objects.get(pk=one.pk).email) for one in (open_, expired, revoked, accepted)]

    assert (housekeeping.forget_old_addresses(now + KEEP_ADDRESSES - 2 * HOUR), kept()) == (0, [True] * 4)
    assert (housekeeping.forget_old_addresses(now + KEEP_ADDRESSES), kept()) == (3, [True, False, False, False])
    assert housekeeping.forget_old_addresses(now + KEEP_ADDRESSES) == 0


def test_pages_show_an_invitation_without_its_address(cast: Cast, browse: Browse) -> None:
    workflow.invite(cast.nora, email="nora@example.net", by=act_as(cast.ada))
    housekeeping.forget_old_addresses(clock.now() + timedelta(days=999))
    client = browse(cast.ada)
    assert client.get("/members/invitations/").status_code == 200
    assert client.get(f"/members/invitations/new/?person={cast.nora.pk}").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_task_does_all_of_it_every_night_and_one_failure_does_not_stop_the_rest(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = settings.CELERY_BEAT_SCHEDULE["delete-expired"]
    assert (schedule["task"], schedule["schedule"].hour) == ("members.accounts.tasks.delete_expired", {4})
    sign_in_by_pages(cast.mel)
    Session.objects.update(expire_date=clock.now() - HOUR)
    monkeypatch.setitem(settings.CACHES["default"], "LOCATION", "no_such_table")
    tasks.delete_expired()
    assert (Session.objects.count(), UserSession.objects.count()) == (0, 0)
