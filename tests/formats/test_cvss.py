"""A vector has one score, and a malformed one is refused in words a coordinator understands."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisories.records.cvss import Score, Severity, explain, score
from advisories.records.reading import RecordError

BASE = "CVSS:4.0/AV:N/AC:L/AT:P/PR:L/UI:A/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N"


@pytest.mark.rule("CVE-16")
@pytest.mark.parametrize(
    ("vector", "version", "points", "severity"),
    [
        # The numbers are those that FIRST's own calculators show.
        (BASE, "4.0", "2.0", Severity.LOW),
        (f"{BASE}/U:Green", "4.0", "2.0", Severity.LOW),
        ("CVSS:4.0/AV:N/AC:L/AT:P/PR:L/UI:N/VC:L/VI:H/VA:N/SC:N/SI:N/SA:N", "4.0", "6.0", Severity.MEDIUM),
        ("CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N", "4.0", "6.3", Severity.MEDIUM),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N", "4.0", "8.7", Severity.HIGH),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", "4.0", "10.0", Severity.CRITICAL),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", "4.0", "0.0", Severity.NONE),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:L", "3.1", "9.4", Severity.CRITICAL),
        ("CVSS:3.1/A:N/I:H/C:N/S:U/UI:N/PR:L/AC:L/AV:L", "3.1", "5.5", Severity.MEDIUM),
        ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "3.0", "7.5", Severity.HIGH),
        ("AV:N/AC:L/Au:N/C:N/I:N/A:P", "2.0", "5.0", Severity.MEDIUM),
        ("AV:N/AC:L/Au:N/C:C/I:C/A:C", "2.0", "10.0", Severity.HIGH),
        ("AV:L/AC:H/Au:M/C:N/I:N/A:N", "2.0", "0.0", Severity.LOW),
    ],
)
def test_score_is_that_of_the_specification(vector: str, version: str, points: str, severity: Severity) -> None:
    assert score(vector) == Score(version, Decimal(points), severity)


@pytest.mark.parametrize("more", ["/E:U", "/E:P/CR:L/IR:L/AR:L", "/MAV:P/MVI:N", "/S:P/AU:Y/R:I/V:C/RE:H/U:Red"])
def test_base_score_does_not_depend_on_threat_or_environment(more: str) -> None:
    assert score(BASE + more) == score(BASE)


@pytest.mark.parametrize(
    ("vector", "sentence"),
    [
        ("", "CVSS vector: is missing"),
        (BASE.replace("/AV:N", ""), "CVSS:4.0 vector: the metric AV is missing"),
        ("CVSS:4.0/AV:N", "CVSS:4.0 vector: the metrics AC, AT, PR, UI, VC, VI, VA, SC, SI, SA are missing"),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N", "CVSS:3.1 vector: the metric A is missing"),
        ("AV:N/AC:L/Au:N/C:N/I:N", "CVSS:2.0 vector: the metric A is missing"),
        (BASE.replace("AV:N", "AV:X"), "CVSS:4.0 vector: the metric AV cannot be “X”, only N, A, L, P"),
        (f"{BASE}/ZZ:N", "CVSS:4.0 vector: there is no metric ZZ"),
        (f"{BASE}/AV:N", "CVSS:4.0 vector: the metric AV stands twice"),
        (f"{BASE}/", "CVSS:4.0 vector: “” is not a metric and its value, such as AV:N"),
        (f"{BASE} ", "CVSS:4.0 vector: the metric SA cannot be “N ”, only H, L, N"),
        ("high", "CVSS:2.0 vector: “high” is not a metric and its value, such as AV:N"),
        ("CVSS:5.0/AV:N", "CVSS vector: must begin with CVSS:4.0/, CVSS:3.1/ or CVSS:3.0/"),
        ("CVSS:4.0", "CVSS vector: must begin with CVSS:4.0/, CVSS:3.1/ or CVSS:3.0/"),
        ("A" * 2_049, "CVSS vector: has 2,049 characters, at most 2,048 are allowed"),
        (f"{BASE}\n", "CVSS vector: must be a single line"),
        (f"{BASE}\x00", "CVSS vector: holds the character U+0000, which is not allowed in text"),
        (
            BASE.replace("AV:N/AC:L", "AC:L/AV:N"),
            (
                "CVSS:4.0 vector: the metrics must stand in the order AV, AC, AT, PR, UI, VC, VI, VA, SC, SI, SA, E, "
                "CR, IR, AR, MAV, MAC, MAT, MPR, MUI, MVC, MVI, MVA, MSC, MSI, MSA, S, AU, R, V, RE, U"
            ),
        ),
    ],
)
def test_malformed_vector_is_refused_in_plain_words(vector: str, sentence: str) -> None:
    with pytest.raises(RecordError) as refusal:
        score(vector)

    assert str(refusal.value) == sentence


@given(st.text(max_size=30) | st.text("CVSS:4.0/AVNCLPHX", max_size=60).map(lambda rest: f"CVSS:4.0/{rest}"))
def test_any_text_has_a_score_or_is_refused(vector: str) -> None:
    with suppress(RecordError):
        assert 0 <= score(vector).base_score <= 10


def test_vector_is_explained_in_the_words_of_the_specification() -> None:
    assert explain(f"{BASE}/E:P") == [
        ("Attack Vector", "Network"),
        ("Attack Complexity", "Low"),
        ("Attack Requirements", "Present"),
        ("Privileges Required", "Low"),
        ("User Interaction", "Active"),
        ("Confidentiality Impact to the Vulnerable System", "None"),
        ("Integrity Impact to the Vulnerable System", "Low"),
        ("Availability Impact to the Vulnerable System", "None"),
        ("Confidentiality Impact to the Subsequent System", "None"),
        ("Integrity Impact to the Subsequent System", "None"),
        ("Availability Impact to the Subsequent System", "None"),
    ]


def test_older_vector_is_not_explained() -> None:
    with pytest.raises(RecordError) as refusal:
        explain("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H")

    assert str(refusal.value) == "CVSS:3.1 vector: only a CVSS:4.0 vector can be explained"


def test_severity_has_a_word_for_people() -> None:
    assert [severity.label for severity in Severity] == ["None", "Low", "Medium", "High", "Critical"]
