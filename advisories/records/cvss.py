"""CVSS vectors: the score, its word, and the metrics in words (first.org: CVSS v4.0, v3.1 and v2 specifications)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from cvss import CVSS2, CVSS3, CVSS4, constants2, constants3, constants4

from advisories.records.reading import Node, RecordError


class Severity(StrEnum):
    """CVSS v4.0 specification, section 6, "Qualitative Severity Rating Scale"."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def label(self) -> str:
        """Return the word for people."""
        return self.value.capitalize()


@dataclass(frozen=True)
class Score:
    """The score of one vector.

    `base_score` has one decimal, from the base metrics alone; threat and environment of a vector do not count.
    """

    version: str
    base_score: Decimal
    severity: Severity


@dataclass(frozen=True)
class _Standard:
    """One version of the specification. `values` has every metric, in the order of the vector, and what it may be."""

    version: str
    prefix: str
    calculate: Any
    base: Sequence[str]
    values: Mapping[str, Mapping[str, str]]
    ordered: bool

    @property
    def name(self) -> str:
        return f"CVSS:{self.version} vector"


_NEWEST = _Standard(
    "4.0", "CVSS:4.0/", CVSS4, constants4.METRICS_MANDATORY,
    {metric: constants4.METRICS_VALUE_NAMES[metric] for metric in constants4.METRICS}, ordered=True,
)  # fmt: skip
_STANDARDS = (
    _NEWEST,
    *(
        _Standard(
            version, f"CVSS:{version}/", CVSS3, constants3.METRICS_MANDATORY, constants3.METRICS_VALUE_NAMES,
            ordered=False,
        )
        for version in ("3.1", "3.0")
    ),
    _Standard("2.0", "", CVSS2, constants2.METRICS_MANDATORY, constants2.METRICS_VALUE_NAMES, ordered=False),
)  # fmt: skip

#: CVSS v4.0 specification, section 2, the headings.
_BASE_NAMES = {
    "AV": "Attack Vector",
    "AC": "Attack Complexity",
    "AT": "Attack Requirements",
    "PR": "Privileges Required",
    "UI": "User Interaction",
    "VC": "Confidentiality Impact to the Vulnerable System",
    "VI": "Integrity Impact to the Vulnerable System",
    "VA": "Availability Impact to the Vulnerable System",
    "SC": "Confidentiality Impact to the Subsequent System",
    "SI": "Integrity Impact to the Subsequent System",
    "SA": "Availability Impact to the Subsequent System",
}

#: The first word whose bound the score is below; NVD's scale for version 2, which has neither none nor critical.
_SCALE = (
    (Decimal("0.1"), Severity.NONE),
    (Decimal("4.0"), Severity.LOW),
    (Decimal("7.0"), Severity.MEDIUM),
    (Decimal("9.0"), Severity.HIGH),
    (Decimal("10.1"), Severity.CRITICAL),
)
_SCALE_OF_2 = (
    (Decimal("4.0"), Severity.LOW),
    (Decimal("7.0"), Severity.MEDIUM),
    (Decimal("10.1"), Severity.HIGH),
)


def score(vector: str) -> Score:
    """Return the score of a vector.

    RecordError in plain words for what is no vector, e.g. "CVSS:4.0 vector: the metric AV is missing".
    """
    standard, metrics = _read(vector)
    base = "/".join(f"{metric}:{metrics[metric]}" for metric in standard.base)
    points = Decimal(str(standard.calculate(standard.prefix + base).base_score))
    scale = _SCALE_OF_2 if standard.version == "2.0" else _SCALE
    return Score(standard.version, points, next(word for bound, word in scale if points < bound))


def explain(vector: str) -> list[tuple[str, str]]:
    """Return the base metrics of a version 4 vector, in its order: the specification's name and the value's word."""
    standard, metrics = _read(vector)
    if standard is not _NEWEST:
        raise RecordError(standard.name, "only a CVSS:4.0 vector can be explained")
    return [(name, standard.values[metric][metrics[metric]]) for metric, name in _BASE_NAMES.items()]


def _read(vector: str) -> tuple[_Standard, dict[str, str]]:
    text = Node(vector, "CVSS vector").line()
    if not text:
        raise RecordError("CVSS vector", "is missing")
    standard = next(candidate for candidate in _STANDARDS if text.startswith(candidate.prefix))
    if standard.prefix == "" and text.startswith("CVSS"):
        raise RecordError("CVSS vector", "must begin with CVSS:4.0/, CVSS:3.1/ or CVSS:3.0/")
    metrics: dict[str, str] = {}
    for part in text.removeprefix(standard.prefix).split("/"):
        metric, value = _read_metric(part, standard)
        if metric in metrics:
            raise RecordError(standard.name, f"the metric {metric} stands twice")
        metrics[metric] = value
    _check_complete(standard, list(metrics))
    return standard, metrics


def _read_metric(part: str, standard: _Standard) -> tuple[str, str]:
    metric, colon, value = part.partition(":")
    if not colon:
        raise RecordError(standard.name, f"“{part[:40]}” is not a metric and its value, such as AV:N")
    if metric not in standard.values:
        raise RecordError(standard.name, f"there is no metric {metric[:40]}")
    allowed = standard.values[metric]
    if value not in allowed:
        raise RecordError(standard.name, f"the metric {metric} cannot be “{value[:40]}”, only {', '.join(allowed)}")
    return metric, value


def _check_complete(standard: _Standard, metrics: list[str]) -> None:
    missing = [metric for metric in standard.base if metric not in metrics]
    if missing:
        them = f"the metric {missing[0]} is" if len(missing) == 1 else f"the metrics {', '.join(missing)} are"
        raise RecordError(standard.name, f"{them} missing")
    if standard.ordered and metrics != [metric for metric in standard.values if metric in metrics]:
        raise RecordError(standard.name, f"the metrics must stand in the order {', '.join(standard.values)}")
