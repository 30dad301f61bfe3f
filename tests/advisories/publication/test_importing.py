"""Bringing in published advisories of elsewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from advisories.publication.models import Advisory, Credit
from advisories.publication.queries import next_number
from advisories.publication.workflow import ImportFaults, import_osv
from advisories.records.parts import CreditPart
from tests.advisories import factories
from tests.advisories.factories import DRAFT, content, fresh_advisory
from tests.cast import Cast
from tests.events import kinds, recorded

pytestmark = pytest.mark.django_db


def test_an_import_writes_every_record_with_one_event() -> None:
    counts: list[int] = []
    with recorded() as events:
        outcome = import_osv([content(1), content(2)], progress=counts.append)
    assert (outcome.created, outcome.changed, outcome.unchanged) == (["PSF-2024-1", "PSF-2024-2"], [], [])
    published = Advisory.objects.published().whole()
    assert {advisory.psf_id: advisory.content() for advisory in published} == {
        "PSF-2024-1": content(1),
        "PSF-2024-2": content(2),
    }
    assert kinds(events) == ["advisories:imported"]
    assert sorted(events[0].data["advisories"]) == sorted(str(advisory.pk) for advisory in published)
    assert counts == [1, 2]


def test_a_second_import_changes_nothing() -> None:
    import_osv([content(1), content(2)])
    with recorded() as events:
        outcome = import_osv([content(1), content(2)])
    assert (outcome.created, outcome.changed, outcome.unchanged) == ([], [], ["PSF-2024-1", "PSF-2024-2"])
    assert (events, Credit.objects.system("a test").count()) == ([], 2)


def test_a_changed_record_is_replaced_credits_included() -> None:
    import_osv([content(1), content(2)])
    changed = content(1, title="Better words", credits=(CreditPart("New"), CreditPart("Newer")))
    with recorded() as events:
        outcome = import_osv([changed, content(2)])
    assert (outcome.changed, outcome.unchanged) == (["PSF-2024-1"], ["PSF-2024-2"])
    advisory = Advisory.objects.published().whole().get(psf_id="PSF-2024-1")
    assert advisory.content() == changed
    assert len(events[0].data["advisories"]) == 1


def test_nothing_at_all_is_imported_without_an_event() -> None:
    with recorded() as events:
        outcome = import_osv([])
    assert (events, outcome.created) == ([], [])


def test_numbers_of_elsewhere_are_not_given_again() -> None:
    import_osv([content(12), content(3)])
    assert (next_number(2024), next_number(2023)) == (13, 1)


def test_a_record_that_stands_twice_stops_everything() -> None:
    with pytest.raises(ImportFaults) as refused:
        import_osv([content(1), content(2), replace(content(1), title="x")])
    assert str(refused.value) == "PSF-2024-1: stands twice in what is imported."
    assert not Advisory.objects.published().exists()


def test_a_record_does_not_change_what_was_published_here(cast: Cast) -> None:
    own = fresh_advisory(factories.published(cast.mel, cast.mia)).content()
    assert import_osv([own]).unchanged == [own.psf_id]
    with pytest.raises(ImportFaults) as refused:
        import_osv([content(1), replace(own, title="Other words")])
    assert [fault.reason for fault in refused.value.faults] == [
        "was published here; a record of elsewhere does not change it."
    ]
    assert Advisory.objects.published().get().title == DRAFT.title


def test_a_cve_id_of_ours_stops_everything(cast: Cast) -> None:
    factories.drafted(cast.mel)
    with pytest.raises(ImportFaults, match=r"PSF-2024-1: CVE-2099-1001 belongs to a draft\."):
        import_osv([content(1, aliases=("CVE-2099-1001",))])


def test_old_records_may_share_a_cve_id() -> None:
    shared = ("CVE-2022-48566",)
    assert import_osv([content(1, aliases=shared), content(2, aliases=shared)]).created == ["PSF-2024-1", "PSF-2024-2"]
