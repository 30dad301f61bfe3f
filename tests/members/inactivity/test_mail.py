"""The texts of the mails about the inactivity review, and their private links."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from audit import clock
from members.inactivity.enums import NoticeAnswer
from tests.cast import Cast, act_as
from tests.members.inactivity.reviews import DAY, announced, entry_of, generated, sent
from tests.members.inactivity.stories import concern_mel
from tests.notifications.mailroom import deliver, everything_in

LINK = re.compile(r"https?://[^\s\"<]+/members/activity/[^\s\"<]+/")


def test_a_notice_has_two_links_that_work_for_its_reader(cast: Cast, settings: Settings) -> None:
    settings.SITE_URL = "http://testserver"
    review = concern_mel(cast)
    (message,) = [
        message for message in deliver() if message.to == ["mel@example.org"] and "still active" in message.subject
    ]
    first, second = list(dict.fromkeys(LINK.findall(str(message.body))))
    client = Client()
    assert "Still active, Mel Member?" in client.get(first).content.decode()
    assert "Retire to emeritus, Mel Member?" in client.get(second).content.decode()
    assert client.post(first, {"text": "I review."}).status_code == 302
    assert entry_of(review, cast.mel).answer == NoticeAnswer.ACTIVE
    assert client.post(second).status_code == 409
    assert act_as(cast.mel).is_member


def test_both_parts_of_a_notice_have_both_links_and_no_names(cast: Cast) -> None:
    announced(cast.ada, at=clock.now() - DAY)
    messages = [message for message in deliver() if "still active" in message.subject]
    assert {message.to[0].partition("@")[0] for message in messages} == {"ada", "abel", "mel", "mia", "newt"}
    tokens = [set(LINK.findall(everything_in(message))) for message in messages]
    assert len(set.union(*tokens)) == sum(len(links) for links in tokens)  # nobody got a link of somebody else
    for message in messages:
        assert [name for name in ("Admin", "Member", "inactive", "review") if name in everything_in(message)] == []


@pytest.mark.rule("PEP811-23", "PEP811-49", "PSRT-13")
def test_the_mail_to_the_council_names_nobody_and_has_no_direct_link(cast: Cast) -> None:
    sent(generated(announced(cast.ada, at=clock.now() - 15 * DAY)), cast.ada)
    deliver()
    messages = [message for message in mail.outbox if "The inactivity review" in message.subject]
    assert {message.to[0] for message in messages} == {"sara@example.org", "sam@example.org"}
    for message in messages:
        content = everything_in(message)
        assert "/notices/" in content
        assert [name for name in ("Mel", "Mia", "Newt", "/manage/", "/members/") if name in content] == []
