"""The address at which the nominee is written to, and who reads it."""

from __future__ import annotations

import pytest

from audit import clock
from nominations import workflow
from nominations.events import NominationEvent
from nominations.models import InterestKind, Nomination
from notifications.enums import Mail
from notifications.models import Notice
from tests.cast import Browse, Cast, act_as
from tests.nominations import factories
from tests.notifications.mailroom import deliver, everything_in, messages_of


@pytest.mark.rule("JOIN-07")
def test_the_council_is_written_to_and_finds_the_candidates_address(cast: Cast, browse: Browse) -> None:
    """The mail asks; the address is behind its link, and in no mail (docs/adr/0117)."""
    nomination = factories.in_veto_window(cast)
    vote = factories.fresh(nomination).vote
    deliver()
    messages = messages_of(Notice.objects.get(mail=Mail.VETO_WINDOW, event__kind=NominationEvent.CLOSED))
    assert {message.to[0] for message in messages} == {"sam@example.org", "sara@example.org"}
    assert all("nominee@example.net" not in everything_in(message) for message in messages)
    for person, sees in ((cast.sam, True), (cast.sara, True), (cast.ada, False), (cast.mia, False)):
        page = browse(person).get(nomination.get_absolute_url())
        assert page.context["nominee_address"] == ("nominee@example.net" if sees else "")
        assert ("nominee@example.net" in page.content.decode()) is sees
    assert vote.veto_until is not None
    with clock.pretend(vote.veto_until + factories.DAY):
        workflow.confirm(nomination, by=act_as(cast.ada))
    later = browse(cast.sam).get(nomination.get_absolute_url())
    assert "nominee@example.net" not in later.content.decode()


def test_a_seat_that_takes_no_part_in_the_decision_has_no_use_for_the_address(cast: Cast, browse: Browse) -> None:
    nomination = factories.in_veto_window(cast)
    workflow.declare_interest(nomination, InterestKind.EMPLOYER, "", by=act_as(cast.sara))
    for person, address in ((cast.sam, "nominee@example.net"), (cast.sara, "")):
        page = browse(person).get(nomination.get_absolute_url())
        assert page.context["nominee_address"] == address


def test_a_candidate_with_a_login_is_written_to_there(cast: Cast, browse: Browse) -> None:
    nomination = factories.in_veto_window(cast, cast.olga)
    Nomination.objects.filter(pk=nomination.pk).update(nominee_email="")
    page = browse(cast.sam).get(nomination.get_absolute_url())
    assert page.context["nominee_address"] == "olga@example.org"
