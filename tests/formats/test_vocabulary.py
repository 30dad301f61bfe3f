"""Each word has the spelling that each format asks for."""

import pytest

from advisories.records.vocabulary import ECOSYSTEMS, CreditRole, ReferenceKind
from tests.formats.documents import osv_schema


@pytest.mark.rule("CVE-17")
def test_credit_role_has_the_spelling_of_each_format() -> None:
    role = CreditRole.REMEDIATION_DEVELOPER

    assert (role.label, role.in_cve, role.in_ghsa) == (
        "Remediation developer",
        "remediation developer",
        "remediation_developer",
    )


def test_every_reference_kind_has_a_label_of_its_own() -> None:
    labels = [kind.label for kind in ReferenceKind]

    assert len(set(labels)) == len(ReferenceKind)
    assert ReferenceKind.REPORT.label == "Issue"


def test_words_are_those_of_the_schema() -> None:
    schema = osv_schema().schema
    credit = schema["properties"]["credits"]["items"]["properties"]["type"]["enum"]
    reference = schema["properties"]["references"]["items"]["properties"]["type"]["enum"]

    assert sorted(CreditRole) == sorted(credit)
    assert sorted(ReferenceKind) == sorted(reference)
    assert sorted(ECOSYSTEMS) == sorted([*schema["$defs"]["ecosystemName"]["enum"], "GIT"])
