"""What the tests of nominations share."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

import pytest
from pytest_django.plugin import DjangoDbBlocker

from nominations import keys
from nominations.models import Nomination, Phase
from tests.architecture.world import kept
from tests.cast import Cast
from tests.nominations import factories
from tests.nominations.phases import Phases, build_phases


@pytest.fixture(scope="module")
def phases_of_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Phases]:
    """Make them once for all tests of a module; what a test writes is undone after it."""
    with kept(django_db_blocker, build_phases) as phases:
        yield phases


@pytest.fixture
def phases(phases_of_module: Phases, db: None) -> Phases:
    """The cast and a nomination in every phase, as they were made."""
    return replace(phases_of_module, cast=deepcopy(phases_of_module.cast))


@pytest.fixture
def nomination(cast: Cast) -> Nomination:
    """Ready to be opened."""
    return factories.make(Phase.PROPOSED, cast)


@pytest.fixture
def pair() -> tuple[bytes, bytes]:
    """The officer's key, private half first."""
    return keys.make_pair()
