"""Every list has a total order: PostgreSQL returns ties as it likes, and a page would lose a row or show it twice."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Model, UniqueConstraint

from tests.architecture.source import APPS


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
