"""Writing past the verbs, to see what the database itself refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction


def refuses(constraint: str, write: Callable[[], Any]) -> None:
    """Check that the database refuses `write`, and names `constraint`."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        write()


def change(row: Any, **values: Any) -> Callable[[], Any]:
    """Return a write of `values` to the row of a confidential model."""
    return lambda: type(row).objects.system("a test writes past the verbs").filter(pk=row.pk).update(**values)
