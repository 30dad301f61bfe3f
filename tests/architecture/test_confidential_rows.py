"""Law 2: rows about unpublished reports are reached through a door, children included."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models

from advisories.reports.doors import GuardedQuerySet
from tests.advisories.watch import confidential_models

#: The labels of the apps about reports and advisories.
APPS = ("reports", "publication", "inbox")
#: Everything of these apps but these models is confidential.
OPEN = {"PublishedNumber"}


def test_every_model_about_reports_is_behind_a_door() -> None:
    every = {model.__name__ for label in APPS for model in apps.get_app_config(label).get_models()}
    assert {model.__name__ for model in confidential_models()} == every - OPEN


@pytest.mark.parametrize("model", confidential_models())
def test_every_manager_of_a_confidential_model_is_guarded(model: type[models.Model]) -> None:
    """The manager that Django itself uses, for ``child.parent`` and the like, is guarded as well, and the only one."""
    assert [type(manager.all()).__mro__[1].__name__ for manager in model._meta.managers] == ["GuardedQuerySet"]
    assert isinstance(model._base_manager.all(), GuardedQuerySet)
    assert [type(manager) for manager in [model._default_manager]] == [type(model._base_manager)]


@pytest.mark.parametrize("model", confidential_models())
def test_no_model_of_another_app_has_a_relation_to_a_confidential_model(model: type[models.Model]) -> None:
    """A filter on such a relation would read the table inside somebody else's query."""
    outside = [other for other in apps.get_models() if other._meta.app_label not in APPS]
    leading = [
        f"{other.__name__}.{field.name}"
        for other in outside
        for field in other._meta.get_fields()
        if field.is_relation and field.related_model is model
    ]
    assert leading == []


def test_no_generic_relation_exists() -> None:
    """One would read any table, by a name that stands in a row."""
    users = [
        model.__name__
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.related_model is ContentType and model._meta.app_label in {*APPS, "audit"}
    ]
    assert users == []
