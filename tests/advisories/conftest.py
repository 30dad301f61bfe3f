"""Watch the doors of reports in every test about advisories."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.advisories.watch import through_doors_only


@pytest.fixture(autouse=True)
def _doors() -> Iterator[None]:
    with through_doors_only():
        yield
