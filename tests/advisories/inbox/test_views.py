"""The pages of the inbox: for admins; to everybody else nothing below its address exists."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advisories.inbox import pages, workflow
from advisories.inbox.enums import MailPhase
from advisories.inbox.models import IncomingMail
from audit import clock
from tests.advisories import factories as reports
from tests.advisories.inbox.mails import arrived, files_of, fresh, piped, raw, settled
from tests.advisories.projects.making import cpython
from tests.cast import Browse, Cast, act_as

LIST = "/reports/inbox/"


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_the_list_shows_what_waits_newest_first_and_each_text_once(cast: Cast, browse: Browse) -> None:
    arrived("Old.", subject="The old one", days_ago=2)
    for number in range(3):
        arrived("Mass.", subject="Certificate expired", sender=f"s{number}@example.net", days_ago=1)
    arrived("New.", subject="The new one")
    page = browse(cast.ada).get(LIST)
    assert [row.mail.subject for row in page.context["rows"]] == ["The new one", "Certificate expired", "The old one"]
    assert [row.number for row in page.context["rows"]] == [1, 3, 1]
    assert page.context["rows"][1].guess.label == "Same text, 3 messages"


def test_the_portal_guesses_and_says_why(cast: Cast, browse: Browse) -> None:
    report = reports.received()
    filed = arrived("First.", message_id="<first@example.org>")
    workflow.add(filed, report, by=act_as(cast.ada))
    arrived("Any news?", subject=f"Re: {report.reference.lower()}")
    arrived("Answer.", subject="Thread", In_Reply_To="<first@example.org>")
    arrived("See GHSA-0000-0000-0000.", subject="Advisory")
    arrived("I am away.", subject="Away", Auto_Submitted="auto-replied")
    arrived("Hm.", subject="Re: R-222222")
    rows = browse(cast.ada).get(LIST).context["rows"]
    guesses = {row.mail.subject: row.guess and (row.guess.label, row.guess.ground) for row in rows}
    assert guesses == {
        f"Re: {report.reference.lower()}": (f"Belongs to {report.reference}", "its number is in the subject"),
        "Thread": (f"Belongs to {report.reference}", "it answers a mail of that report"),
        "Advisory": ("Names an advisory on GitHub", "GHSA-0000-0000-0000"),
        "Away": ("Automatic message", "by its headers"),
        "Re: R-222222": None,
    }


def test_bounces_and_own_mail_are_kept_apart(cast: Cast, browse: Browse) -> None:
    bounce = arrived(sender="MAILER-DAEMON@example.org", subject="Undelivered")
    client = browse(cast.ada)
    assert list(client.get(LIST).context["rows"]) == []
    assert "Every message is handled" in text_of(client.get(LIST))
    assert [row.mail for row in client.get(f"{LIST}?show=apart").context["rows"]] == [bounce]
    assert client.get(bounce.get_absolute_url()).status_code == 200


def test_a_search_finds_sender_subject_and_text(cast: Cast, browse: Browse) -> None:
    arrived("An odd word: xylophone.", subject="One")
    arrived("Nothing.", subject="Two")
    client = browse(cast.ada)
    for search, found in (("XYLO", ["One"]), ("two", ["Two"]), ("pavel@", ["Two", "One"]), ("%", [])):
        assert [row.mail.subject for row in client.get(LIST, {"q": search}).context["rows"]] == found
    assert "No message has these words" in text_of(client.get(LIST, {"q": "zzz"}))


def test_the_list_has_pages_and_as_many_queries_for_one_mail_as_for_thirty(cast: Cast, browse: Browse) -> None:
    client = browse(cast.ada)
    arrived("Text.")
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for number in range(30):
        arrived(f"Text {number}.")
    with CaptureQueriesContext(connection) as many:
        page = client.get(LIST)
    assert len(many) <= len(one) <= 16
    assert (len(page.context["rows"]), page.context["page"].has_next()) == (30, True)
    assert len(browse(cast.ada).get(f"{LIST}?page=2").context["rows"]) == 1


@pytest.mark.attack
def test_the_text_runs_nothing_and_shows_what_nobody_sees(cast: Cast, browse: Browse) -> None:
    mail = arrived(
        "<script>alert(1)</script><img src=https://example.org/x> {{ 1 }} \u202egnp.exe\u200b \x1b[31m",
        subject="<b>\u2066bold",
    )
    html = text_of(browse(cast.ada).get(mail.get_absolute_url()))
    for never in ("<script>alert", "<img src=https", "<b>", "\u202e", "\u200b", "\u2066", "\x1b"):
        assert never not in html
    for shown in ("&lt;script&gt;alert(1)", "U+202E", "U+200B", "U+2066", "U+001B", "{{ 1 }}"):
        assert shown in html


@pytest.mark.attack
def test_an_attachment_is_bytes_of_no_type_under_a_name_of_ours(cast: Cast, browse: Browse) -> None:
    mail = arrived(attached={"../../x.html": b"<script>alert(1)</script>"})
    file = files_of(mail)[0]
    answer = browse(cast.ada).get(file.get_absolute_url())
    assert answer.content == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == f'attachment; filename="attachment-{file.pk.hex[:8]}.bin"'
    assert answer["Cache-Control"] == "no-store, private"
    head = browse(cast.ada).head(file.get_absolute_url())
    assert (head.status_code, head.content) == (200, b"")


def test_files_lie_below_the_folder_whatever_the_sender_calls_them(cast: Cast, inbox_dir: Path) -> None:
    mail = arrived(attached={"../../../tmp/evil": b"1", "/etc/passwd": b"2", "": b"3"})
    names = {path.name for path in inbox_dir.rglob("*") if path.is_file()}
    assert names == {file.pk.hex for file in files_of(mail)}
    assert {path.stat().st_mode & 0o777 for path in inbox_dir.rglob("*") if path.is_file()} == {0o600}


def test_an_attachment_whose_file_is_gone_is_not_there(cast: Cast, browse: Browse, inbox_dir: Path) -> None:
    file = files_of(arrived(attached={"a": b"1"}))[0]
    for path in inbox_dir.rglob("*"):
        if path.is_file():
            path.unlink()
    assert browse(cast.ada).get(file.get_absolute_url()).status_code == 404


@pytest.mark.attack
def test_whoever_is_no_admin_finds_nothing_whatever_they_ask(cast: Cast, browse: Browse) -> None:
    mail = arrived(attached={"a": b"1"})
    workflow.discard([mail], by=act_as(cast.ada))
    batch = fresh(mail).batch
    file = files_of(mail)[0]
    page = mail.get_absolute_url()
    for person in (cast.mel, cast.sam, cast.emil, cast.olga):
        client = browse(person)
        for path in (LIST, f"{LIST}help/", f"{LIST}answer/?mails={mail.pk}", page, f"{page}file/", f"{page}add/"):
            assert [client.get(path).status_code, client.head(path).status_code] == [404, 404]
        for path in (f"{LIST}handle/", f"{LIST}undo/", f"{page}now/", f"{page}file/", f"{page}add/"):
            answer = client.post(path, {"mail": str(mail.pk), "act": "discard", "batch": str(batch)})
            assert answer.status_code == 404
        assert client.get(file.get_absolute_url()).status_code == 404
        assert client.get(f"{page[:-1]}.json").status_code == 404
    assert fresh(mail).phase == MailPhase.DISCARDED


@pytest.mark.rule("PEP811-33", "PSRT-22", "PSIRT-04")
def test_an_admin_files_a_mail_after_reading_what_it_does(cast: Cast, browse: Browse) -> None:
    mail, client = arrived(days_ago=1), browse(cast.ada)
    path = f"{mail.get_absolute_url()}file/"
    page = text_of(client.get(path))
    assert f"{mail.received_at:%d %B %Y, %H:%M} UTC" in page
    assert fresh(mail).phase == MailPhase.NEW
    refused = client.post(path, {"project": "", "summary": "Kept words"})
    assert (refused.status_code, "Kept words" in text_of(refused)) == (422, True)
    client.post(path, {"project": "pip", "summary": "A loop in pip", "tells_sender": "on"})
    assert (fresh(mail).phase, fresh(mail).summary, fresh(mail).tells_sender) == ("filed", "A loop in pip", True)
    report = settled(mail).report
    assert report is not None
    assert f'<a href="{report.get_absolute_url()}"' in text_of(client.get(LIST))
    conflict = client.post(path, {"project": "pip", "summary": "Again"})
    assert (conflict.status_code, "is filed already" in text_of(conflict)) == (422, True)
    assert "is filed already" in text_of(client.get(path, follow=True))


def test_a_mail_without_an_address_offers_no_word_to_its_sender(cast: Cast, browse: Browse) -> None:
    mail, client = arrived(sender="nobody"), browse(cast.ada)
    page = client.get(f"{mail.get_absolute_url()}file/")
    assert "tells_sender" not in page.context["form"].fields
    client.post(f"{mail.get_absolute_url()}file/", {"project": "pip", "summary": "x", "tells_sender": "on"})
    assert fresh(mail).tells_sender is False
    other = arrived("Other.", sender="nobody")
    assert "no address that can be answered" in text_of(client.get(other.get_absolute_url()))


def test_an_admin_adds_a_mail_to_a_report(cast: Cast, browse: Browse) -> None:
    report, client = reports.received(), browse(cast.ada)
    mail = arrived(subject=f"Re: {report.reference}")
    path = f"{mail.get_absolute_url()}add/"
    assert f"add/?report={report.reference}" in text_of(client.get(mail.get_absolute_url()))
    assert report.reference in text_of(client.get(f"{path}?report={report.reference}"))
    refused = client.post(path, {"reference": "R-222222"})
    assert (refused.status_code, "no report with this number" in text_of(refused)) == (422, True)
    client.post(path, {"reference": report.reference.lower()})
    assert (fresh(mail).phase, fresh(mail).report) == ("added", report)


@pytest.mark.rule("PSRT-70")
def test_an_answer_begins_with_a_text_that_names_the_policy_and_github(cast: Cast, browse: Browse) -> None:
    mail, client = arrived(), browse(cast.ada)
    path = f"{LIST}answer/?mails={mail.pk}"
    assert f'href="{LIST}">Not now' in text_of(client.get(path)).replace("\n", " ")
    text = client.get(path).context["form"].initial["text"]
    assert "thank you" in text
    assert max(len(line) for line in text.splitlines() if not line.startswith(" ")) <= 72
    for url in (
        "https://devguide.python.org/security/policy/",
        "https://github.com/python/cpython/security/advisories",
    ):
        assert url in text
    assert "our form" in client.get(f"{path}&text=form").context["form"].initial["text"]
    client.post(path, {"text": "Please use the form."})
    assert (fresh(mail).phase, fresh(mail).answer) == ("answered", "Please use the form.")
    assert "Please use the form." in text_of(client.get(mail.get_absolute_url()))


def test_an_answer_without_words_is_refused_and_one_to_handled_mail_keeps_what_was_typed(
    cast: Cast, browse: Browse
) -> None:
    mail, client = arrived(), browse(cast.ada)
    path = f"{LIST}answer/?mails={mail.pk}"
    assert client.post(path, {"text": ""}).status_code == 422
    workflow.discard([mail], by=act_as(cast.abel))
    late = client.post(path, {"text": "Kept words"})
    assert (late.status_code, "Kept words" in text_of(late)) == (422, True)
    assert "is discarded already" in text_of(late)


def test_several_are_discarded_with_all_of_their_text_and_taken_back_in_one_act(cast: Cast, browse: Browse) -> None:
    same = [arrived("Mass.", sender=f"s{number}@example.net") for number in range(3)]
    one, left = arrived("One."), arrived("Left.")
    client = browse(cast.ada)
    client.post(f"{LIST}handle/", {"mail": [str(same[0].pk), str(one.pk)], "act": "discard"})
    assert [fresh(mail).phase for mail in (*same, one, left)] == ["discarded"] * 4 + ["new"]
    page = client.get(LIST)
    assert [(act["number"], act["can_undo"]) for act in page.context["decisions"]] == [(4, True)]
    assert "Ada Admin" in text_of(page)
    client.post(f"{LIST}undo/", {"batch": str(fresh(one).batch)})
    assert {fresh(mail).phase for mail in (*same, one, left)} == {"new"}


def test_several_are_answered_on_a_page_that_names_everybody_who_gets_it(cast: Cast, browse: Browse) -> None:
    same = [arrived("Mass.", sender=f"s{number}@example.net") for number in range(2)]
    client = browse(cast.ada)
    page = client.post(f"{LIST}handle/", {"mail": str(same[0].pk), "act": "answer"}, follow=True)
    assert [mail.sender for mail in page.context["mails"]] == ["s1@example.net", "s0@example.net"]
    client.post(page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], {"text": "Please use the form."})
    assert {fresh(mail).phase for mail in same} == {"answered"}


@pytest.mark.attack
@pytest.mark.parametrize("foreign", [str(uuid.UUID(int=7)), "1", "", "' OR 1=1"])
def test_a_foreign_id_in_a_batch_stops_the_whole_batch(cast: Cast, browse: Browse, foreign: str) -> None:
    mail, client = arrived(), browse(cast.ada)
    page = client.post(f"{LIST}handle/", {"mail": [str(mail.pk), foreign], "act": "discard"}, follow=True)
    assert "One of these is not there" in text_of(page)
    assert fresh(mail).phase == MailPhase.NEW
    assert client.get(f"{LIST}answer/?mails={mail.pk},{foreign}").status_code == 404
    assert client.post(f"{LIST}handle/", {"act": "discard"}).status_code == 302


@pytest.mark.parametrize(("batch", "status"), [("x", 404), (str(uuid.UUID(int=7)), 302)])
def test_an_undo_of_nothing_says_so(cast: Cast, browse: Browse, batch: str, status: int) -> None:
    assert browse(cast.ada).post(f"{LIST}undo/", {"batch": batch}).status_code == status


def test_an_act_is_done_at_once_when_somebody_asks(cast: Cast, browse: Browse) -> None:
    mail, client = arrived(), browse(cast.abel)
    workflow.file(mail, cpython(), "A loop", tells_sender=False, by=act_as(cast.ada))
    assert "Do it now" in text_of(client.get(mail.get_absolute_url()))
    assert client.post(f"{mail.get_absolute_url()}now/").status_code == 302
    assert fresh(mail).report is not None
    again = client.post(f"{mail.get_absolute_url()}now/", follow=True)
    assert "This is done already" in text_of(again)


def test_what_becomes_of_handled_mail_is_said(cast: Cast) -> None:
    mail = arrived()
    (mail,) = workflow.answer([mail], "Please use the form.", by=act_as(cast.ada))
    assert pages.way_of(mail, clock.now()).startswith("It happens in 10 minutes")
    assert pages.way_of(mail, clock.now() + timedelta(hours=1)) == "It happens within a minute."
    assert pages.way_of(settled(mail), clock.now()) == "The answer is on its way."


def test_handled_mail_has_a_list_of_its_own(cast: Cast, browse: Browse) -> None:
    client = browse(cast.ada)
    assert "Nothing was handled" in text_of(client.get(f"{LIST}?show=handled"))
    workflow.discard([arrived(subject="Gone")], by=act_as(cast.abel))
    assert "Abel Admin" in text_of(client.get(f"{LIST}?show=handled"))


@pytest.mark.rule("ISO29147-02")
def test_the_dashboard_and_the_page_of_areas_count_what_waits_for_admins_only(cast: Cast, browse: Browse) -> None:
    arrived("One.", days_ago=2)
    piped(raw("Two."))
    arrived(sender="MAILER-DAEMON@example.org")
    assert "2 messages to the team wait" in text_of(browse(cast.ada).get(reverse("dashboard")))
    assert "Waits too long" in text_of(browse(cast.ada).get(reverse("dashboard")))
    assert "2 wait" in text_of(browse(cast.ada).get(reverse("manage")))
    for person in (cast.mel, cast.sam):
        assert "messages to the team" not in text_of(browse(person).get(reverse("dashboard")))


def test_an_empty_inbox_waits_for_nobody(cast: Cast, browse: Browse) -> None:
    assert "to the team wait" not in text_of(browse(cast.ada).get(reverse("dashboard")))
    assert not IncomingMail.objects.system("a test looks").exists()


def test_the_way_of_mail_is_explained(cast: Cast, browse: Browse) -> None:
    page = text_of(browse(cast.ada).get(f"{LIST}help/"))
    assert "31 MB" in page
    assert "deleted after 30 days" in page
