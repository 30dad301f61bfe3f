"""What the portal reads in the bytes of a mail; none of it is true because it stands there."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from advisories.inbox import mime
from advisories.inbox.enums import Nature
from tests.advisories.inbox.mails import parsed, raw

HTML = b"""From: a@example.org
Content-Type: text/html; charset=utf-8

<style>p{}</style><script>alert(1)</script><p>One &lt;b&gt; &amp; two</p>
<p>See <a href="https://example.org/x">the page</a><img src="https://example.org/track.png"></p>
"""


def test_a_plain_mail_is_what_it_says() -> None:
    mail = parsed(
        raw("One.\nTwo.", In_Reply_To="<a@x>", References="<b@x> <a@x>", Authentication_Results="mx; dkim=pass")
    )
    assert (mail.from_name, mail.from_address, mail.subject) == ("Pavel Duis", "pavel@example.org", "A loop in tarfile")
    assert (mail.body, mail.sent_at) == ("One.\nTwo.\n", datetime(2026, 11, 26, 13, 2, tzinfo=UTC))
    assert (mail.thread, mail.nature, mail.attachments) == (("<a@x>", "<b@x>"), Nature.WRITTEN, ())
    assert "Authentication-Results: mx; dkim=pass" in mail.headers.splitlines()


def test_html_is_its_text_with_the_address_behind_each_link_and_loads_nothing() -> None:
    assert parsed(HTML).body == "One <b> & two\n\nSee the page <https://example.org/x>"


def test_html_of_too_many_tags_is_its_words() -> None:
    mail = parsed(b"Content-Type: text/html\n\n" + b"<i>" * 6_000 + b"One &amp; two")
    assert mail.body == "One & two"


def test_plain_text_wins_over_html_and_attachments_keep_their_bytes() -> None:
    content = raw("Plain.", attached={"../../etc/passwd": b"\x00\xff", "b.zip": b"PK\x03\x04"})
    mail = parsed(content)
    assert mail.body == "Plain.\n"
    assert [(one.name, one.content) for one in mail.attachments] == [
        ("../../etc/passwd", b"\x00\xff"),
        ("b.zip", b"PK\x03\x04"),
    ]


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ("pavel@example.org", "", "pavel@example.org"),
        ("=?utf-8?q?P=C3=A1vel?= <pavel@example.org>", "Pável", "pavel@example.org"),
        ("not an address", "not an address", ""),
        ('"a\\nBcc: x@example.org" <pavel@example.org>', "anBcc: x@example.org", "pavel@example.org"),
        ("pavel@exa\u202emple.org", None, ""),
        (f"{'a' * 300}@example.org", None, ""),
        ("a@example.org, b@example.org", "", "a@example.org"),
    ],
)
def test_an_address_is_one_that_can_be_written_to_or_none(sender: str, name: str | None, address: str) -> None:
    mail = parsed(b"From: " + sender.encode() + b"\nSubject: x\n\nText")
    assert mail.from_address == address
    assert name is None or mail.from_name == name


def test_a_folded_subject_with_a_line_break_inside_an_encoded_word_is_one_line() -> None:
    mail = parsed(b"Subject: =?utf-8?q?One=0ABcc=3A_x=40example=2Eorg?=\n\nText")
    assert "\n" not in mail.subject
    assert mail.subject.startswith("One")


@pytest.mark.parametrize(
    ("content", "nature"),
    [
        (raw(Auto_Submitted="no"), Nature.WRITTEN),
        (raw(List_Id="<security.python.org>", Precedence="list"), Nature.WRITTEN),
        (raw(Auto_Submitted="auto-replied"), Nature.AUTOMATIC),
        (raw(Precedence="junk"), Nature.AUTOMATIC),
        (raw(sender="MAILER-DAEMON@example.org"), Nature.BOUNCE),
        (
            b'From: a@example.org\nContent-Type: multipart/report; report-type="delivery-status"; boundary=x\n\n--x--',
            Nature.BOUNCE,
        ),
        (raw(sender="Portal <Portal@PSRT.example.org>"), Nature.OWN),
        (b"Received: x\n" * 51 + raw(), Nature.LOOP),
    ],
)
def test_mail_that_nobody_wrote_is_known_by_its_headers(content: bytes, nature: Nature) -> None:
    assert parsed(content).nature == nature


NESTED = b"".join(
    b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (number, number) for number in range(3000)
)


@pytest.mark.attack
@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00",
        b"\n\nno headers",
        b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\nText",
        b"From: " + b"(" * 60_000 + b"\n\nText",
        b"From: " + b"a@b, " * 60_000 + b"\n\nText",
        b"X: y\n" * 100_000 + b"\nText",
        b"MIME-Version: 1.0\n" + NESTED,
        b"Content-Type: message/rfc822\n\n" * 5_000,
        b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * 5_000,
        b"Content-Type: text/plain; charset=idna\n\n" + b"a." * 30_000,
        b"Content-Type: text/plain; charset=no-such\n\nText \xff",
        b"Content-Type: text/plain; charset=zip\n\nText",
        b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n!!!!a",
        b"Content-Type: text/html\n\n" + b"<div>" * 100_000,
        b"Content-Type: text/html\n\n" + b"<a href=x>" * 50_000,
        b"Content-Type: application/x; name*0*=x''%ff; name*1=\n\nText",
        b"Date: Thu, 99 Foo 99999 99:99:99 +9999\n\nText",
        b"Text with \0 and \x1b[31m\n\n\0",
    ],
)
def test_odd_bytes_are_taken_without_an_error_and_in_bounded_time(content: bytes) -> None:
    begun = time.monotonic()
    mail = parsed(content)
    assert time.monotonic() - begun < 5
    assert "\0" not in f"{mail.body}{mail.subject}{mail.from_name}{mail.headers}"
    f"{mail}".encode()


def test_what_cannot_be_read_is_kept_whole(monkeypatch: Any) -> None:
    def fail(*_args: Any) -> None:
        raise IndexError

    monkeypatch.setattr(mime, "_read", fail)
    mail = parsed(b"From x Thu\nSubject: y\n\nText")
    assert (mail.subject, mail.body) == ("(could not be read)", "Subject: y\n\nText")
    assert [(one.name, one.content) for one in mail.attachments] == [("message.eml", b"Subject: y\n\nText")]


def test_a_very_long_text_is_shown_in_part_and_kept_whole() -> None:
    content = raw("x" * 70 + "\n") + b"\n".join(b"y" * 70 for _ in range(20_000))
    mail = parsed(content)
    assert len(mail.body) == mime.TEXT_MOST
    assert mail.attachments[-1].content == content


def test_a_mail_inside_a_mail_is_a_file_and_not_read() -> None:
    inner = b"From: inner@example.org\nSubject: Inner\n\nInner text"
    content = b'From: a@example.org\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\nOuter\n--b\n'
    mail = parsed(content + b"Content-Type: message/rfc822\n\n" + inner + b"\n--b--\n")
    assert (mail.body.strip(), [one.content_type for one in mail.attachments]) == ("Outer", ["message/rfc822"])
    assert b"Inner text" in mail.attachments[0].content
