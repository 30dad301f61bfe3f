"""The demo under rules that are not the defaults: `README.md` and `.env.example` invite people to set them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from audit import clock
from nominations.defaults import ALL
from nominations.models import Nomination, Phase, Vote
from nominations.rules import in_force
from psrt_portal.demo import rules

#: What the README's first walk says, and every rule at the one end of what it may be and at the other.
ODD_RULES: dict[str, dict[str, Any]] = {
    "readme": {"VOTING_PERIOD_HOURS": 0.05, "VETO_WINDOW_HOURS": 0.05},
    "least": {
        "VOTING_PERIOD_HOURS": 0.0001,
        "VOTE_THRESHOLD": (1, 1000),
        "VOTE_BASE": "cast",
        "LOW_TURNOUT": (1, 1000),
        "EXTENSION_MAX_HOURS": 0.0001,
        "VETO_WINDOW_HOURS": 0.0001,
        "CONSENT_DAYS": 1,
        "RENOMINATION_WAIT_DAYS": 0,
        "RETURN_BY_DECISION": True,
        "INVITATION_DAYS": 1,
        "YEARLY_NOTICE_DAYS": 1,
    },
    "most": {
        "VOTING_PERIOD_HOURS": 87_600.0,
        "VOTE_THRESHOLD": (1, 1),
        "VOTE_BASE": "entitled",
        "LOW_TURNOUT": (1, 1),
        "EXTENSION_MAX_HOURS": 87_600.0,
        "VETO_WINDOW_HOURS": 87_600.0,
        "CONSENT_DAYS": 3650,
        "RENOMINATION_WAIT_DAYS": 3650,
        "RETURN_BY_DECISION": False,
        "INVITATION_DAYS": 3650,
        "YEARLY_NOTICE_DAYS": 3650,
    },
}


def test_the_unusual_rules_of_the_demo_cover_every_rule() -> None:
    """The names are those of the page of rules and of `.env.example`."""
    assert set(ODD_RULES["least"]) == set(ODD_RULES["most"]) == set(rules.OF_THE_HISTORY)
    assert set(rules.OF_THE_HISTORY) == {*(default.name for default in ALL), "INVITATION_DAYS", "YEARLY_NOTICE_DAYS"}


@pytest.mark.parametrize("odd", ODD_RULES.values(), ids=list(ODD_RULES))
def test_the_history_is_the_same_under_any_rules_and_what_runs_goes_by_them(
    odd: dict[str, Any], db: None, settings: Settings
) -> None:
    for name, value in odd.items():
        setattr(settings, name, value)
    began = clock.now()
    call_command("seed_demo", stdout=StringIO())
    assert {name: getattr(settings, name) for name in odd} == odd
    running = Vote.objects.filter(closed_at=None, nomination__ended_at=None).order_by("nomination__nominee__name")
    assert [vote.nomination.nominee.name for vote in running] == ["Nils Praesent", "Otis Fermentum"]
    for vote in running:
        assert vote.rules_kept == in_force()
        assert vote.closes_at == vote.opened_at + in_force().period >= began
    window = Vote.objects.get(nomination__nominee__name="Quentin Cursus")
    assert window.veto_until is not None
    assert window.closed_at is not None
    assert window.council_told_at is not None
    assert window.closed_at < window.council_told_at
    assert window.veto_until == window.council_told_at + in_force().veto_window >= began
    assert [told.person.name for told in window.council_told.all()] == ["Farid Magna", "Greta Aliqua"]
    wanda = Nomination.objects.get(nominee__name="Wanda Elementum")
    assert wanda.consent_until - wanda.proposed_at == timedelta(days=settings.CONSENT_DAYS)
    assert wanda.has_lapsed(began) is False
    past = Nomination.objects.exclude(
        pk__in=[*(vote.nomination_id for vote in running), window.nomination_id, wanda.pk]
    )
    assert Counter(nomination.phase(began) for nomination in past.select_related("vote")) == {
        Phase.PROPOSED: 2,
        Phase.AWAITING_CONFIRMATION: 1,
        Phase.JOINED: 2,
        **dict.fromkeys(
            [Phase.FAILED, Phase.VETOED, Phase.DECLINED, Phase.WITHDRAWN, Phase.CANCELLED, Phase.ANNULLED], 1
        ),
    }
