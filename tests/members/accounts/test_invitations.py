"""The phase of an invitation, and what reads it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from audit import clock
from members.accounts.enums import PENDING, InvitationPhase
from members.accounts.models import Invitation
from members.accounts.policy import INVITATIONS, InvitationAction
from tests.cast import Browse, Cast, act_as
from tests.factories import make_person

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("expires_at", "accepted_at", "revoked_at", "phase"),
    [
        (NOW + MOMENT, None, None, InvitationPhase.OPEN),
        (NOW, None, None, InvitationPhase.EXPIRED),
        (NOW - MOMENT, None, None, InvitationPhase.EXPIRED),
        (NOW + MOMENT, NOW, None, InvitationPhase.ACCEPTED),
        (NOW - MOMENT, NOW, None, InvitationPhase.ACCEPTED),
        (NOW + MOMENT, None, NOW, InvitationPhase.REVOKED),
        (NOW - MOMENT, None, NOW, InvitationPhase.REVOKED),
    ],
)
def test_the_phase_is_the_same_in_python_in_sql_and_in_the_policy(
    cast: Cast,
    expires_at: datetime,
    accepted_at: datetime | None,
    revoked_at: datetime | None,
    phase: InvitationPhase,
) -> None:
    invitation = Invitation.objects.create(
        person=cast.nora,
        email="nora@example.net",
        invited_at=NOW,
        expires_at=expires_at,
        accepted_at=accepted_at,
        revoked_at=revoked_at,
    )
    assert invitation.phase(NOW) == phase
    assert Invitation.objects.open(NOW).exists() is (phase == InvitationPhase.OPEN)
    assert Invitation.objects.pending().exists() is (phase in PENDING)
    revoking = INVITATIONS.allows(InvitationAction.REVOKE, act_as(cast.ada), invitation, NOW)
    assert revoking is (phase in PENDING)


def write_invitations(count: int) -> None:
    """Write invitations of other people: every fourth open, expired, accepted, revoked."""
    now = timezone.now()
    for number in range(count):
        make_person(f"Pat {number}", github="").invitations.create(
            email="pat@example.org",
            invited_at=now + timedelta(minutes=number),
            expires_at=now + timedelta(days=-1 if number % 4 == 1 else 1),
            accepted_at=now if number % 4 == 2 else None,
            revoked_at=now if number % 4 == 3 else None,
        )


def test_the_list_says_the_phase_of_each_and_offers_to_revoke_what_is_pending(cast: Cast, browse: Browse) -> None:
    write_invitations(4)
    rows = browse(cast.ada).get("/members/invitations/").context["rows"]
    assert [(row.label, row.is_open, row.may_revoke) for row in rows] == [
        ("Revoked", False, False),
        ("Accepted", False, False),
        ("Expired", False, True),
        ("Waiting", True, True),
    ]


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_four_queries_whatever_its_length(
    cast: Cast, browse: Browse, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    write_invitations(count)
    ada = browse(cast.ada)
    with django_assert_num_queries(4):
        page = ada.get("/members/invitations/")
    assert len(page.context["rows"]) == count


@pytest.mark.parametrize("count", [1, 30])
def test_the_suspensions_take_four_queries_however_many(
    cast: Cast, browse: Browse, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        person = make_person(f"Pat {number}", github="")
        person.suspensions.create(reason="A lost laptop.", begun_at=clock.now(), begun_by=cast.ada)
    ada = browse(cast.ada)
    with django_assert_num_queries(4):
        page = ada.get("/manage/suspensions/")
    assert len(page.context["rows"]) == count
