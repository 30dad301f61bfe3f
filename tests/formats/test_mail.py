"""The announcement says what the list expects, byte for byte, and nothing can be smuggled into its header."""

from dataclasses import replace
from typing import Any

import pytest

from advisories.records.content import AdvisoryContent
from advisories.records.mail import announcement
from advisories.records.parts import SeverityEntry
from advisories.records.reading import RecordError
from advisories.records.vocabulary import SeverityType
from tests.formats.documents import HERE, teapot
from tests.formats.projects import PIP

V3 = SeverityEntry(SeverityType.CVSS_V3, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:L")


def announced(content: AdvisoryContent) -> tuple[str, str]:
    return announcement(
        content,
        record_url="https://www.cve.org/CVERecord?id=CVE-2099-10001",
        fix_url="https://github.com/python/cpython/pull/900002",
        page_url="https://portal.example.org/advisories/PSF-2099-1/",
    )


@pytest.mark.rule("PSRT-55", "PSRT-73", "PSRT-75")
def test_announcement_is_the_golden_one() -> None:
    subject, body = announced(teapot())

    assert f"{subject}\n{body}".encode() == (HERE / "PSF-2099-1.mail.txt").read_bytes()


@pytest.mark.rule("PSRT-73")
def test_subject_is_one_line_whatever_the_title_is() -> None:
    subject, _ = announced(replace(teapot(), title=" Teapot\r\nBcc: everybody@example.org\n"))

    assert subject == "[CVE-2099-10001] Teapot Bcc: everybody@example.org"


def test_description_ends_lines_with_a_line_feed_only() -> None:
    _, body = announced(replace(teapot(), description="\r\none\r\ntwo\rthree\n"))

    assert "\n\none\ntwo\nthree\n\n" in body
    assert "\r" not in body


@pytest.mark.rule("PSRT-74")
@pytest.mark.parametrize(
    ("change", "first_line"),
    [
        ({"project": PIP}, "There is a LOW severity vulnerability affecting pip."),
        ({"severity": (V3,)}, "There is a CRITICAL severity vulnerability affecting CPython."),
        (
            {"severity": (V3, *teapot().severity)},
            "There is a LOW severity vulnerability affecting CPython.",
        ),
    ],
)
def test_first_line_names_severity_and_project(change: dict[str, Any], first_line: str) -> None:
    _, body = announced(replace(teapot(), **change))

    assert body.splitlines()[0] == first_line


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"aliases": ()}, "aliases: there is no CVE ID, with which the subject begins"),
        ({"title": " "}, "title: is missing"),
        ({"description": "\n"}, "description: is missing"),
        ({"severity": ()}, "severity: is missing; a CVSS version 4 vector gives it"),
        (
            {"severity": (SeverityEntry(SeverityType.UBUNTU, "low"),)},
            "severity: is missing; a CVSS version 4 vector gives it",
        ),
        (
            {
                "severity": (
                    SeverityEntry(
                        SeverityType.CVSS_V4, "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N"
                    ),
                )
            },
            "severity: is none, and what has no impact is not announced",
        ),
        ({"title": "Tea\x00pot"}, "title: holds the character U+0000, which is not allowed in text"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_announcement_is_refused_when_something_is_missing(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RecordError) as refusal:
        announced(replace(teapot(), **change))

    assert str(refusal.value) == sentence
