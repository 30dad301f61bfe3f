"""The tone of a badge that shows a severity."""

from __future__ import annotations

import pytest
from django.template import Context, Template

from advisories.records.cvss import Severity


def tone_of(level: str) -> str:
    """The tone that a template gets."""
    return Template("{{ level|severity_tone }}").render(Context({"level": level}))


@pytest.mark.parametrize(
    ("level", "tone"),
    [*((severity, severity.value) for severity in Severity if severity is not Severity.NONE), ("HIGH", "high")],
)
def test_a_severity_has_the_tone_of_its_name(level: str, tone: str) -> None:
    assert tone_of(level) == tone


@pytest.mark.parametrize("level", [Severity.NONE, "", "no such"])
def test_a_record_without_severity_is_neutral(level: str) -> None:
    assert tone_of(level) == "neutral"
