"""Every form class of the project, found by its base; those that django-allauth brings along are no part of it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from django.forms import BaseForm

from tests.architecture.routes import OUR_PACKAGES
from tests.architecture.source import app_modules

#: Modules with forms whose name does not say so.
ELSEWHERE = {"psrt_portal/styleguide.py", "members/accounts/adapters.py"}


def form_classes() -> set[type[BaseForm]]:
    """Return every form class with a name of its own; one that begins with a line is only a base of others."""
    for module in app_modules():
        if "forms" in module.name or module.name in ELSEWHERE:
            import_module(module.name.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    ours = {found for found in _below(BaseForm) if found.__module__.partition(".")[0] in OUR_PACKAGES}
    return {found for found in ours if not found.__name__.startswith("_")}


def _below(base: type[BaseForm]) -> Iterator[type[BaseForm]]:
    for found in base.__subclasses__():
        yield found
        yield from _below(found)
