"""The same form sent twice, by a second click or a page that is sent again, does a thing once."""

from __future__ import annotations

from datetime import timedelta

from audit import clock
from nominations import workflow
from nominations.models import Comment, Nomination, Phase
from tests.cast import Browse, Cast, act_as
from tests.nominations import factories
from tests.nominations.factories import fresh, recorded

TYPED = "Words that took an hour to write."


def path(nomination: Nomination, act: str) -> str:
    return f"{nomination.get_absolute_url()}{act}/"


def test_a_comment_that_is_sent_twice_is_one_comment(cast: Cast, browse: Browse) -> None:
    nomination, client = factories.make(Phase.OPEN, cast), browse(cast.mia)
    answers = [client.post(path(nomination, "comment"), {"text": TYPED})["Location"] for _ in range(2)]
    [written] = Comment.objects.all()
    assert answers == [answers[0]] * 2
    reply = workflow.comment(nomination, TYPED, reply_to=written, by=act_as(cast.mia))
    others = workflow.comment(nomination, TYPED, by=act_as(cast.mel))
    with clock.pretend(clock.now() + timedelta(minutes=10)):
        later = workflow.comment(nomination, TYPED, by=act_as(cast.mia))
    workflow.take_back(later, by=act_as(cast.mia))
    with clock.pretend(later.written_at):
        again = workflow.comment(nomination, TYPED, by=act_as(cast.mia))
    assert len({written.pk, reply.pk, others.pk, later.pk, again.pk}) == 5


def test_an_extension_that_is_sent_twice_moves_the_close_once(cast: Cast, browse: Browse) -> None:
    nomination, client = factories.make(Phase.OPEN, cast), browse(cast.ada)
    before = nomination.vote.closes_at
    for _ in range(2):
        assert client.post(path(nomination, "extend"), {"hours": "24", "reason": TYPED}).status_code == 302
    assert fresh(nomination).vote.closes_at == before + timedelta(hours=24)
    events = recorded(lambda: workflow.extend(nomination, hours=24, reason=TYPED, by=act_as(cast.ada)))
    assert events == []
    workflow.extend(nomination, hours=24, reason="Another reason.", by=act_as(cast.ada))
    workflow.extend(nomination, hours=48, reason="Another reason.", by=act_as(cast.ada))
    workflow.extend(nomination, hours=48, reason="Another reason.", by=act_as(cast.abel))
    with clock.pretend(clock.now() + timedelta(minutes=10)):
        workflow.extend(nomination, hours=48, reason="Another reason.", by=act_as(cast.abel))
    assert fresh(nomination).vote.closes_at == before + timedelta(hours=24 + 24 + 3 * 48)
