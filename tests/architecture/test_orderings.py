"""Every list has a total order: PostgreSQL returns ties as it likes, and a page would lose a row or show it twice.

People stand where a reader looks for them: by the key without accents, never by the code points of their names.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from django.apps import apps
from django.db.models import Model, UniqueConstraint

from tests.architecture.source import APPS, app_modules


def models() -> Iterator[type[Model]]:
    """Yield the models of the project's own apps."""
    for config in apps.get_app_configs():
        if config.name.partition(".")[0] in APPS:
            yield from config.get_models()


def is_unique(model: type[Model], name: str) -> bool:
    """Return whether `name` alone, or together with the row it belongs to, tells the rows of `model` apart."""
    field = next(field for field in model._meta.concrete_fields if name in {field.name, field.attname})
    unique = [constraint.fields for constraint in model._meta.constraints if isinstance(constraint, UniqueConstraint)]
    return (field.unique) or any(field.name in fields for fields in unique)


def test_the_ordering_of_every_model_ends_with_a_unique_field() -> None:
    partial = [
        model.__name__
        for model in models()
        if model._meta.ordering and not is_unique(model, str(model._meta.ordering[-1]).lstrip("-"))
    ]
    assert partial == []


def by_code_points(fields: Sequence[str]) -> bool:
    """Return whether a list would be in the order of raw names: one stands first, or behind no key."""
    names = [field.lstrip("-") for field in fields]
    at = next((number for number, name in enumerate(names) if name.rpartition("__")[2] == "name"), None)
    return at is not None and not any(name.rpartition("__")[2] == "sort_key" for name in names[:at])


def test_no_model_is_ordered_by_a_name_as_it_is_written() -> None:
    orderings = {model.__name__: [str(field) for field in model._meta.ordering or ()] for model in models()}
    assert [name for name, fields in orderings.items() if by_code_points(fields)] == []


def test_no_query_is_ordered_by_a_name_as_it_is_written() -> None:
    found = []
    for module in app_modules():
        for call in module.nodes(ast.Call):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "order_by":
                fields = [str(one.value) for one in call.args if isinstance(one, ast.Constant)]
                found += [f"{module.name}:{call.lineno}"] if by_code_points(fields) else []
    assert found == []


def test_a_name_behind_the_key_or_none_at_all_is_in_order() -> None:
    lists = (["name", "id"], ["-person__name"], ["sort_key", "name", "id"], ["person__sort_key", "id"], ["position"])
    assert [by_code_points(fields) for fields in lists] == [True, True, False, False, False]
