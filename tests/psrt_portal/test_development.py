"""The two pages of a development portal, and that production has neither."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client
from pytest_django import Settings

from psrt_portal.demo import people

pytestmark = pytest.mark.urls("psrt_portal.urls_development")


def text(content: bytes) -> str:
    """A page's words with white space folded."""
    return " ".join(content.decode().split())


def send(folder: Path, *subjects: str) -> None:
    """Write mails as the file backend does, over one connection."""
    connection = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(folder))
    messages = []
    for subject in subjects:
        message = EmailMultiAlternatives(
            subject, "See https://example.org/x", "PSRT portal <p@example.org>", ["to@example.org"]
        )
        message.attach_alternative("<p>See</p>", "text/html")
        messages.append(message)
    connection.send_messages(messages)


def test_the_mail_page_shows_every_mail_newest_first(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path)
    send(tmp_path, "The first", "The second")
    page = text(Client().get("/mail/").content)
    assert page.index("The second") < page.index("The first")
    assert ("to to@example.org" in page, 'href="https://example.org/x"' in page) == (True, True)


def test_a_line_has_sender_subject_and_moment_of_each_mail(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path)
    send(tmp_path, "A vote is open until 5 December")
    [(sender, subject)] = re.findall(
        r'mailbox-sender">([^<]+)<.*?mailbox-subject">([^<]+)<', Client().get("/mail/").content.decode(), re.DOTALL
    )
    assert (sender, subject) == ("PSRT portal", "A vote is open until 5 December")
    (file,) = tmp_path.glob("*.log")
    file.write_text(file.read_text().replace("Date: ", "X-Date: "), encoding="utf-8")
    assert "just now" in text(Client().get("/mail/").content)


def test_words_of_subjects_and_addresses_are_found(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path)
    send(tmp_path, "A vote is open", "A report was handed to you")
    found = {
        terms: [sent.subject for sent in Client().get("/mail/", {"q": terms}).context["page"]]
        for terms in ("VOTE", "to@example", "nothing", "")
    }
    both = ["A report was handed to you", "A vote is open"]
    assert found == {"VOTE": ["A vote is open"], "to@example": both, "nothing": [], "": both}
    assert "No mail matches" in text(Client().get("/mail/?q=nothing").content)


def test_the_mail_page_is_paged(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path)
    send(tmp_path, *(f"Mail {number}" for number in range(21)))
    assert [text(Client().get(f"/mail/?page={page}").content).count("to to@") for page in (1, 2)] == [20, 1]


def test_the_mail_page_of_a_portal_that_has_sent_none_says_what_to_do(
    db: None, settings: Settings, tmp_path: Path
) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path / "absent")
    assert "No mail yet" in text(Client().get("/mail/").content)


def test_the_demo_page_lists_who_can_sign_in_with_the_code_of_now(db: None) -> None:
    people.assemble()
    page = text(Client().get("/demo/").content)
    ada = next(part for part in people.PARTS if part.name == "Ada Lorem")
    assert (ada.email in page, people.PASSWORD in page, "Ivo Nostrud" in page) == (True, True, False)


def test_the_demo_page_of_another_database_says_that_there_is_no_demo(db: None) -> None:
    page = text(Client().get("/demo/").content)
    assert ("This database holds no demo" in page, people.PASSWORD in page) == (True, False)


@pytest.mark.urls("psrt_portal.urls")
def test_production_has_neither_page(db: None) -> None:
    assert [Client().get(path).status_code for path in ["/mail/", "/demo/"]] == [404, 404]
