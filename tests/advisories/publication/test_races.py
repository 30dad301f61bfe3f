"""Two verbs about one advisory at once: the second waits for the first, and then sees what it did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from advisories.publication import workflow as publication_workflow
from advisories.publication.models import draft_of
from advisories.publication.workflow import CveIdTaken
from tests.advisories import factories
from tests.advisories.factories import DRAFT, fresh
from tests.cast import Cast, act_as
from tests.races import race
from web.conflicts import Conflict

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.rule("CNA-4.2.6")
def test_two_drafts_do_not_both_get_a_cve_id(cast: Cast) -> None:
    mine, other = factories.determined(cast.mel), factories.determined(cast.mel)
    _, second = race(
        lambda: publication_workflow.start_draft(mine, DRAFT, by=act_as(cast.mel)),
        lambda: publication_workflow.start_draft(other, DRAFT, by=act_as(cast.mel)),
    )
    assert isinstance(second, CveIdTaken)
    assert draft_of(fresh(other)) is None


def test_an_edit_at_the_moment_of_publication_comes_too_late(cast: Cast) -> None:
    report = factories.approved(cast.mel, cast.mia)
    _, second = race(
        lambda: publication_workflow.publish(report, revision=1, by=act_as(cast.mel)),
        lambda: publication_workflow.edit_draft(
            report, replace(DRAFT, title="Too late"), revision=1, by=act_as(cast.mel)
        ),
    )
    assert isinstance(second, Conflict)
    assert fresh(report).advisory.title == DRAFT.title


def test_a_publication_at_the_moment_of_an_edit_does_not_happen(cast: Cast) -> None:
    report = factories.approved(cast.mel, cast.mia)
    _, second = race(
        lambda: publication_workflow.edit_draft(report, replace(DRAFT, title="Quick"), revision=1, by=act_as(cast.mel)),
        lambda: publication_workflow.publish(report, revision=1, by=act_as(cast.mel)),
    )
    assert isinstance(second, Conflict)
    assert fresh(report).advisory.published_at is None


def test_two_publications_at_once_get_two_numbers(cast: Cast) -> None:
    reports = [
        factories.approved(cast.mel, cast.mia, draft=replace(DRAFT, cve_id=f"CVE-2099-300{number}"))
        for number in range(2)
    ]
    first, second = race(
        *(
            lambda report=report: publication_workflow.publish(report, revision=1, by=act_as(cast.mel))
            for report in reports
        )
    )
    assert [first.psf_id[9:], second.psf_id[9:]] == ["1", "2"]
