"""The one box, edits of what one wrote, and what is new since somebody last looked."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from advisories.reports import workflow as reports_workflow
from advisories.reports.models import Message, MessageVersion, Report
from tests.advisories import factories
from tests.advisories.factories import follow_path, holder_of
from tests.cast import Browse, Cast, act_as
from tests.events import recorded
from web.conflicts import Conflict, NotAllowed

pytestmark = pytest.mark.django_db


def body_of(message: Message) -> str:
    return Message.objects.system("a test").get(pk=message.pk).body


def earlier(viewer: Any) -> list[str]:
    return list(MessageVersion.objects.visible_to(viewer).values_list("body", flat=True))


def page_of(message: Message, report: Report) -> str:
    return f"{report.get_absolute_url()}messages/{message.pk}/"


def test_the_box_names_its_readers_and_keeps_to_the_team_by_default(cast: Cast, browse: Browse) -> None:
    report = factories.received()
    page = browse(cast.mel).get(report.get_absolute_url()).content.decode()
    box = page.partition('id="box"')[2].partition("</form>")[0]
    (checked,) = (control for control in box.split("<input")[1:] if "checked>" in control)
    assert 'value="internal"' in checked
    assert box.index("Save internal note") < box.index("Send to the reporter")
    assert page.index("data-sends hidden>Save internal note") < page.index('id="box"')


def test_an_edit_keeps_what_the_message_said_before(cast: Cast) -> None:
    report = factories.received()
    message = reports_workflow.write_message(report, "one", by=act_as(cast.mel))
    with recorded() as events:
        reports_workflow.edit_message(report, message, "two", before="one", by=act_as(cast.mel))
        reports_workflow.edit_message(report, message, "two", before="one", by=act_as(cast.mel))
    assert (body_of(message), earlier(act_as(cast.mia)), earlier(holder_of(report))) == ("two", ["one"], ["one"])
    assert [(event.kind, event.data) for event in events] == [("message:edited", {"message": str(message.pk)})]


def test_what_a_note_said_before_stays_in_the_team(cast: Cast) -> None:
    report, other = factories.received(), factories.received()
    note = reports_workflow.write_note(report, "one", by=act_as(cast.mel))
    reports_workflow.edit_message(report, note, "two", before="one", by=act_as(cast.mel))
    viewers = [act_as(cast.mia), act_as(cast.sam), holder_of(report), holder_of(other)]
    assert [earlier(viewer) for viewer in viewers] == [["one"], [], [], []]


def test_nobody_edits_what_another_wrote(cast: Cast) -> None:
    report, other = factories.received(), factories.received()
    note = reports_workflow.write_note(report, "one", by=act_as(cast.mel))
    answer = reports_workflow.reply(report, "three", by=holder_of(report))
    for of, message, by in [
        (report, note, cast.mia),
        (report, note, cast.ada),
        (report, answer, cast.mel),
        (other, note, cast.mel),
    ]:
        with pytest.raises(NotAllowed):
            reports_workflow.edit_message(of, message, "two", before="one", by=act_as(by))
    assert (body_of(note), body_of(answer)) == ("one", "three")


def test_an_edit_made_from_an_older_text_is_refused(cast: Cast) -> None:
    report = factories.received()
    note = reports_workflow.write_note(report, "one", by=act_as(cast.mel))
    reports_workflow.edit_message(report, note, "two", before="one", by=act_as(cast.mel))
    with pytest.raises(Conflict, match="changed in another window"):
        reports_workflow.edit_message(report, note, "three", before="one", by=act_as(cast.mel))


def test_a_message_is_edited_from_the_page_and_shown_with_its_history(
    cast: Cast, browse: Browse, client: Client
) -> None:
    report = factories.received()
    message = reports_workflow.write_message(report, "first words", by=act_as(cast.mel))
    mel = browse(cast.mel)
    address = page_of(message, report)
    assert address in mel.get(report.get_absolute_url()).content.decode()
    assert address not in browse(cast.mia).get(report.get_absolute_url()).content.decode()
    assert mel.get(address).context["form"]["body"].value() == "first words"
    assert mel.post(address, {"body": "", "before": "first words"}).status_code == 422
    assert mel.post(address, {"body": "better words", "before": "first words"}).status_code == 302
    for page in (mel.get(report.get_absolute_url()), client.get(follow_path(report))):
        text = page.content.decode()
        assert "better words" in text
        assert "first words" in text
        assert "Edited" in text


def test_a_refused_edit_shows_the_newest_text_and_can_be_sent_again(cast: Cast, browse: Browse) -> None:
    report = factories.received()
    note = reports_workflow.write_note(report, "two", by=act_as(cast.mel))
    client = browse(cast.mel)
    refused = client.post(page_of(note, report), {"body": "three", "before": "one"})
    form = refused.context["form"]
    assert (refused.status_code, form["body"].value(), form["before"].value()) == (422, "three", "two")
    assert client.post(page_of(note, report), {"body": "three", "before": "two"}).status_code == 302
    assert body_of(note) == "three"


def test_the_page_of_anothers_message_is_refused_and_of_none_is_missing(cast: Cast, browse: Browse) -> None:
    report = factories.received()
    note = reports_workflow.write_note(report, "one", by=act_as(cast.mel))
    answer = reports_workflow.reply(report, "two", by=holder_of(report))
    other = factories.received()
    client = browse(cast.mia)
    statuses = [
        client.get(page_of(message, of)).status_code
        for message, of in [(note, report), (answer, report), (note, other)]
    ]
    assert statuses == [403, 403, 404]


def test_what_others_wrote_since_the_last_look_is_new(cast: Cast, browse: Browse) -> None:
    report = factories.received()
    reports_workflow.write_note(report, "old", by=act_as(cast.mia))
    client = browse(cast.mel)
    first = client.get(report.get_absolute_url())
    reports_workflow.write_note(report, "own", by=act_as(cast.mel))
    news = reports_workflow.write_note(report, "new", by=act_as(cast.mia))
    answer = reports_workflow.reply(report, "an answer", by=holder_of(report))
    second, third = client.get(report.get_absolute_url()), client.get(report.get_absolute_url())
    assert [page.context["new_count"] for page in (first, second, third)] == [0, 2, 0]
    assert [entry.message.pk for entry in second.context["conversation"] if entry.is_new] == [news.pk, answer.pk]
    assert "2 new since you last looked" in second.content.decode()
