"""The texts of mails."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from django.urls import reverse
from pytest_django import Settings

from advisories.publication import workflow as publication_workflow
from advisories.publication.exports import announcement as announcement_of
from audit import clock
from members.accounts.workflow import invite
from nominations.models import Phase, Vote
from tests.advisories import factories as reports
from tests.cast import Cast, act_as
from tests.nominations import factories as votes
from tests.notifications.mailroom import deliver, html_of, links_in, roll_in

SITE = "https://portal.example.org"


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.SITE_URL = SITE


def test_a_reporters_mail_leads_to_the_private_page(cast: Cast) -> None:
    report = reports.coordinated(cast.mel)
    messages = [message for message in deliver() if message.to == ["remy@example.net"]]
    assert [links_in(message) for message in messages] == [[SITE + reports.follow_path(report)]] * 2


def test_an_invitation_leads_to_its_link_and_says_until_when(cast: Cast) -> None:
    invitation = invite(cast.nora, email="nora@example.net", by=act_as(cast.ada))
    [message] = deliver()
    [link] = links_in(message)
    assert link.startswith(SITE + reverse("accounts:accept", args=["x"])[:-2])
    assert f"{invitation.expires_at:%-d %B %Y, %H:%M} UTC" in str(message.body)


def test_the_opening_mail_holds_what_nobody_shall_change_later(cast: Cast) -> None:
    votes.opened(cast)
    vote = Vote.objects.get()
    opening = [message for message in deliver() if "is open" in message.subject]
    assert len(opening) == 7
    for message in opening:
        assert f"one of its {len(cast.members)} voters" in str(message.body)
        assert f"{vote.closes_at:%-d %B %Y, %H:%M} UTC" in str(message.body)
        assert vote.roll_hash in str(message.body)
        assert hashlib.sha256("".join(f"{line}\n" for line in roll_in(message)).encode()).hexdigest() == vote.roll_hash


def test_the_closing_mail_holds_the_sum_and_the_boards_hash(cast: Cast) -> None:
    vote = votes.counted(cast, votes.passing(cast), opened=votes.DAY * 9)
    closing = next(message for message in deliver() if "has closed" in message.subject)
    assert "2 yes, 1 no: 6 >= 6, passes\nAbstentions: 1\n" in str(closing.body)
    assert vote.board_hash in str(closing.body)


def test_the_council_is_told_an_address_that_reads_answers(cast: Cast, settings: Settings) -> None:
    votes.make(Phase.VETO_WINDOW, cast)
    settings.REPLY_ADDRESS, settings.SECURITY_ADDRESS = "", "security@psrt.example.org"
    [first] = [message for message in deliver() if message.to == ["sam@example.org"]]
    for text in (str(first.body), html_of(first)):
        assert ("write to security@psrt.example.org" in text.lower(), "comes by mail" in text) == (True, True)
        assert "Nobody reads answers" not in text


@pytest.mark.parametrize(("address", "said"), [("a@example.org", "go to a@example.org"), ("", "Nobody reads")])
def test_a_mail_says_whether_answers_are_read(cast: Cast, settings: Settings, address: str, said: str) -> None:
    settings.REPLY_ADDRESS = address
    reports.received(reporter_email="")
    for message in deliver():
        assert said in str(message.body)
        assert said in html_of(message)


def test_a_ballots_mail_says_nothing_of_the_choice(cast: Cast) -> None:
    vote = votes.open_vote(votes.proposed(cast), cast.ada)
    receipts = votes.cast_ballots(vote, {cast.mia: votes.NO, cast.rita: votes.YES}, at=clock.now())
    texts = {
        message.to[0]: str(message.body).replace(links_in(message)[0], "")
        for message in deliver()
        if "ballot" in message.subject
    }
    assert texts["mia@example.org"] == texts["rita@example.org"]
    assert not any(receipt in text for receipt in receipts.values() for text in texts.values())


@pytest.mark.rule("PEP811-45", "PSRT-55")
def test_the_announcement_is_the_text_that_was_previewed(cast: Cast) -> None:
    report = reports.published(cast.mel, cast.mia)
    subject, text = announcement_of(reports.fresh_advisory(report).content())
    announcement = next(message for message in deliver() if message.to == ["security-announce@lists.example.org"])
    assert (announcement.subject, announcement.body) == (subject, text)
    assert announcement.alternatives == []  # type: ignore[attr-defined]


def test_a_title_is_escaped_in_html_and_nowhere_else(cast: Cast) -> None:
    report = reports.approved(cast.mel, cast.mia, draft=replace(reports.DRAFT, title="One <b> & two"))
    publication_workflow.publish(report, revision=1, by=act_as(cast.mel))
    messages = {message.to[0]: message for message in deliver()}
    assert messages["security-announce@lists.example.org"].subject == "[CVE-2099-1001] One <b> & two"
    assert "One &lt;b&gt; &amp; two" in html_of(messages["mia@example.org"])
    assert "\nOne <b> & two\n" in str(messages["mia@example.org"].body)
