"""Every page is accessible by axe and fits its window, in light and dark, on a wide screen and a narrow one."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.architecture.matrix import path_of, read
from tests.architecture.world import World, build_world
from tests.browser.people import NewContext, give_session

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

QUIET = {
    "resultTypes": ["violations"],  # the hundreds of nodes that are right are not described
    # Style sheets are for a rule that axe itself calls experimental and leaves out; it would read them for each page.
    "preload": {"assets": ["media"]},
}
RULES = {
    **QUIET,
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
}
#: Answers that are files.
FILES = {
    *("healthz", "readyz", "security_txt", "roster:csv", "roster:emeritus_csv", "roster:json"),
    "nominations:board",
    "nominations:calendar_feed",
    "inactivity:csv",
    "inbox:attachment",
    *("advisories:osv", "advisories:cve", "advisories:osv_zip", "advisories:feed"),
}
WIDE, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=320, height=640)


#: Who visits a page: the first of these who gets it.
READERS = ("anonymous", "author", "admin", "council")
#: What another colour scheme can change; the tree under the page stays.
COLOUR_RULES = {
    **QUIET,
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}


def pages_by_principal(world: World) -> dict[str, list[str]]:
    """Return the pages that each principal gets with 200 and those before it do not, each address once."""
    pages: dict[str, list[str]] = {principal: [] for principal in READERS}
    lines = [line for line in read() if line.method == "GET" and line.route not in FILES]
    for line in lines:
        reader = next((principal for principal in READERS if line.answers[principal] == "200"), None)
        if reader is not None:
            pages[reader].append(path_of(line, world))
    return {principal: list(dict.fromkeys(paths)) for principal, paths in pages.items()}


def faults(page: Page) -> list[str]:
    """Return the faults of the page in its present state."""
    headings = page.locator("h1").count()
    return [*complaints(page, RULES), *([f"{headings} headings of level 1"] if headings != 1 else [])]


def complaints(page: Page, rules: dict[str, Any]) -> list[str]:
    """Return each element that axe complains of; what is right stays in the browser."""
    found = page.evaluate("async options => (await axe.run(document, options)).violations", rules)
    return [f"{violation['id']}: {node['target']}" for violation in found for node in violation["nodes"]]


def visit(page: Page, address: str) -> dict[str, list[str]]:
    """Return what is wrong with a page in the light, in the dark and on a phone."""
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    page.goto(address)
    wrong = {"light": faults(page)}
    page.emulate_media(color_scheme="dark")
    wrong["dark"] = complaints(page, COLOUR_RULES)
    page.set_viewport_size(PHONE)
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    wrong["320 pixels"] = [f"{over} pixels too wide"] if over > 0 else []
    return {circumstance: found for circumstance, found in wrong.items() if found}


def test_every_page_is_accessible_and_fits(live: str, browser_context: NewContext) -> None:
    """Visit each page as the first who may read it; one test, because the world of all pages takes five seconds."""
    world = build_world()
    wrong: dict[tuple[str, str], dict[str, list[str]]] = {}
    visited = 0
    for principal, paths in pages_by_principal(world).items():
        context = browser_context(viewport=WIDE, reduced_motion="reduce")
        context.add_init_script(Axe().axe_script)  # sent to the browser once, and half a megabyte
        person = world.person(principal)
        if person is not None:
            give_session(context, live, person)
        page = context.new_page()
        for path in [*paths, "/never/was/"]:
            visited += 1
            if found := visit(page, live + path):
                wrong[principal, path] = found
        context.close()
    assert wrong == {}
    assert visited > 180
