"""The design of the pages: contrast, size of the style sheets, one token for each colour, icons and scripts."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import allauth
import pytest
from django.template.loader import render_to_string
from django.test import Client

from psrt_portal.context import portal
from tests.architecture.markup import Page
from tests.architecture.source import ROOT, templates
from tests.cast import Browse, Cast
from web.avatars import TINTS

CSS = ROOT / "static" / "css"
SHEETS = sorted(CSS.rglob("*.css"))
#: Sheets that some pages load: those of the members' area and the roster, of a development portal, of a few pages.
OF_SOME_PAGES = {
    "bring-in.css",
    "conversation.css",
    "determine.css",
    "development.css",
    "inbox.css",
    "log.css",
    "mailbox.css",
    "matrix.css",
    "nomination.css",
    "people.css",
    "steps.css",
    "styleguide.css",
    "votes.css",
}
ALWAYS = [sheet for sheet in SHEETS if sheet.name not in OF_SOME_PAGES]
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")
#: Raw bytes of what every page loads.
STYLE_BYTES = 40_000
#: Raw bytes of each sheet that some pages load beside them.
EXTRA_BYTES = 8_000


# -- style sheets -------------------------------------------------------------------------------------


def test_the_style_sheets_of_a_page_stay_small() -> None:
    assert sum(sheet.stat().st_size for sheet in ALWAYS) <= STYLE_BYTES
    assert {sheet.name for sheet in SHEETS if sheet not in ALWAYS and sheet.stat().st_size > EXTRA_BYTES} == set()


def test_every_style_sheet_is_linked_and_every_link_leads_to_one() -> None:
    linked = re.findall(
        r'static "css/([^"]+)"', (ROOT / "templates/components/styles.html").read_text(encoding="utf-8")
    )
    assert sorted(linked) == [sheet.relative_to(CSS).as_posix() for sheet in ALWAYS]


def test_every_used_custom_property_is_a_declared_token() -> None:
    declared = set(re.findall(r"^\s*(--[a-z0-9-]+):", TOKENS, flags=re.M))
    used = {name for sheet in SHEETS for name in re.findall(r"var\((--[a-z0-9-]+)", sheet.read_text(encoding="utf-8"))}
    assert (sorted(used - declared), sorted(declared - used)) == ([], [])


@pytest.mark.parametrize("sheet", [one for one in SHEETS if one.name not in {"tokens.css", "print.css"}], ids=str)
def test_no_style_sheet_but_the_tokens_has_a_colour_of_its_own(sheet: Path) -> None:
    """A code to be scanned stands on white, whatever the theme."""
    text = sheet.read_text(encoding="utf-8").replace(".qr {", "").replace("background: #fff;", "")
    assert re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(|hsl", text) == []


# -- classes and the sheets that draw them ----------------------------------------------------------------


def drawn_by(sheet: Path) -> set[str]:
    """Return the classes that the selectors of a sheet name."""
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    return set(re.findall(r"\.([a-z][a-z0-9-]*)", re.sub(r"{[^{}]*}", "{}", text)))


def with_its_parts(name: str, sources: dict[str, str]) -> set[str]:
    """Return the template, what it extends and what it includes, to the last part."""
    found, waiting = set(), [name]
    while waiting:
        one = waiting.pop()
        if one in sources and one not in found:
            found.add(one)
            waiting += re.findall(r'{%\s*(?:include|extends)\s+"([^"]+)"', sources[one])
    return found


def classes_in(source: str) -> set[str]:
    """Return the classes written out in a template; those put together from variables are not read."""
    plain = re.sub(r"{{.*?}}|{%.*?%}", " ", source, flags=re.DOTALL)
    return {name for value in re.findall(r'class="([^"]*)"', plain) for name in value.split()}


def undrawn(name: str, sources: dict[str, str]) -> set[str]:
    """Return the classes of a page that only sheets draw which the page does not load."""
    source = "\n".join(sources[part] for part in with_its_parts(name, sources))
    loaded = {*ALWAYS, *(CSS / sheet for sheet in re.findall(r'static "css/([^"]+)"', source))}
    drawn = {sheet: drawn_by(sheet) for sheet in SHEETS}
    covered = set().union(*(drawn[sheet] for sheet in loaded))
    return (classes_in(source) & set().union(*drawn.values())) - covered


def test_every_page_loads_the_sheets_that_draw_its_classes() -> None:
    root = ROOT / "templates"
    sources = {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in templates()
        if path.suffix == ".html"
    }
    pages = [name for name, text in sources.items() if "{% extends" in text and not name.startswith("emails/")]
    assert pages
    assert {name: lacking for name in pages if (lacking := undrawn(name, sources))} == {}


# -- contrast -------------------------------------------------------------------------------------------


def colours(scheme: int) -> dict[str, str]:
    """Name and value of every colour; 0 is light, 1 is dark."""
    pairs = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", TOKENS)
    single = re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", TOKENS)
    return {**dict(single), **{name: values[scheme] for name, *values in pairs}}


def luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio"."""
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


GROUNDS = ("background", "surface", "sunken")
SOFT = ("accent-soft", "gold-soft", "private-soft", "critical-soft", "high-soft", "medium-soft", "low-soft")
PAIRS = [
    *product(("ink", "ink-second", "ink-third", "accent"), (*GROUNDS, *SOFT)),
    *product(("private", "critical", "high", "medium", "low", "accent-strong"), GROUNDS),
    *((name, f"{name}-soft") for name in ("accent", "private", "critical", "high", "medium", "low")),
    *(("gold-ink", ground) for ground in (*GROUNDS, "gold-soft")),
    ("private-strong", "private-soft"),
    *(("on-accent", ground) for ground in ("accent", "accent-strong", "critical", "critical-strong")),
    *(("on-private", ground) for ground in ("private", "private-strong")),
    ("on-gold", "gold"),
    *((f"{tint}-ink", tint) for tint in TINTS),
]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_has_enough_contrast_on_each_of_its_backgrounds(scheme: int) -> None:
    of = colours(scheme)
    faint = {(ink, ground): round(contrast(of[ink], of[ground]), 2) for ink, ground in PAIRS}
    assert {pair: ratio for pair, ratio in faint.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_field_borders_and_the_focus_have_enough_contrast(scheme: int) -> None:
    of = colours(scheme)
    faint = {
        (edge, ground): contrast(of[edge], of[ground])
        for edge, ground in product(("field-line", "accent"), (*GROUNDS, *SOFT))
    }
    assert {pair: ratio for pair, ratio in faint.items() if ratio < 3} == {}


# -- icons and scripts ------------------------------------------------------------------------------------


def test_every_icon_named_in_a_template_exists() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', (ROOT / "static/images/icons.svg").read_text(encoding="utf-8")))
    source = "\n".join(path.read_text(encoding="utf-8") for path in templates() if path.suffix == ".html")
    named = set(re.findall(r'(?:{% icon |icon=|sign=)"([a-z]+)"', source))
    assert named - drawn == set()


def test_every_script_exists_and_is_used_by_a_template() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in templates() if path.suffix == ".html")
    named = set(re.findall(r'{% script "js/([^"]+)"', source))
    assert named == {path.name for path in (ROOT / "static/js").iterdir()}


# -- account pages ------------------------------------------------------------------------------------------

#: Pages of django-allauth for what is switched off here: sign-up, codes by mail, a second address, telephones, trusted
#: browsers.
SWITCHED_OFF = {
    "account/confirm_email_verification_code.html",
    "account/confirm_login_code.html",
    "account/confirm_password_reset_code.html",
    "account/confirm_phone_verification_code.html",
    "account/email.html",
    "account/phone_change.html",
    "account/request_login_code.html",
    "account/signup.html",
    "account/signup_by_passkey.html",
    "mfa/trust.html",
    "mfa/webauthn/signup_form.html",
}
#: What only those pages and the ones we replaced are made of.
PARTS = re.compile(r"/(base(_\w+)?\.html$|snippets/|email/|messages/)")


def test_every_reachable_account_page_has_a_template_of_ours() -> None:
    theirs = Path(allauth.__file__).parent / "templates"
    pages = {
        path.relative_to(theirs).as_posix()
        for folder in ("account", "mfa", "usersessions", "socialaccount")
        for path in (theirs / folder).rglob("*.html")
    }
    replaced = {path for path in pages if (ROOT / "templates" / path).exists()}
    assert {path for path in pages - replaced if not PARTS.search(path)} == SWITCHED_OFF


ENTRANCE = ["login/", "password/reset/", "password/reset/done/", "password/reset/key/x-y/", "signup/", "inactive/"]
ENTRANCE += ["confirm-email/", "confirm-email/x/", "password/reset/key/done/", "3rdparty/login/cancelled/"]
MANAGE = ["2fa/", "2fa/webauthn/", "2fa/reauthenticate/", "email/", "password/change/", "sessions/", "logout/"]
MANAGE += ["reauthenticate/", "2fa/totp/deactivate/", "2fa/recovery-codes/generate/", "3rdparty/"]


def in_our_look(html: str) -> tuple[int, list[str], list[str], list[str]]:
    """Return the number of titles, blocked parts, controls without a name, and references without a target."""
    page = Page(html)
    return len(page.all("h1")), page.blocked, page.nameless, page.dangling


@pytest.mark.parametrize("path", ENTRANCE)
def test_an_account_page_without_a_session_uses_the_portals_design(db: None, path: str) -> None:
    response = Client().get(f"/accounts/{path}", follow=True)
    assert response.status_code == 200
    assert in_our_look(response.content.decode()) == (1, [], [], [])


@pytest.mark.parametrize("path", MANAGE)
def test_an_account_page_with_a_session_uses_the_portals_design(cast: Cast, browse: Browse, path: str) -> None:
    response = browse(cast.mel).get(f"/accounts/{path}", follow=True)
    assert response.status_code == 200
    assert in_our_look(response.content.decode()) == (1, [], [], [])
    assert "Your account" in response.content.decode()
    assert_in_the_members_area(response.content.decode())


def assert_in_the_members_area(page: str) -> None:
    """The header has the short name and the reader's circle, and the page the sheet that draws it."""
    assert re.search(r'<a class="brand"[^>]*>.*?<span>(.*?)</span>', page, re.DOTALL)[1] == "PSRT"  # type: ignore[index]
    assert page.count('class="avatar avatar-small') == 1
    assert 'href="/static/css/people.css"' in page


def test_the_header_of_the_members_area_has_room_for_six_entries(cast: Cast, browse: Browse) -> None:
    page = browse(cast.ada).get("/dashboard/").content.decode()
    assert_in_the_members_area(page)
    main = page.partition('aria-label="Main"')[2].partition("</nav>")[0]
    assert re.findall(r">([^<>]+)</a>", main) == [
        *("Dashboard", "Reports", "Nominations", "Membership", "Advisories", "Team"),
    ]


def test_the_public_header_keeps_the_full_name(cast: Cast) -> None:
    page = Client().get("/members/").content.decode()
    assert "<span>Python Security Response Team</span>" in page.partition("</header>")[0]


@pytest.mark.urls("psrt_portal.urls_development")
def test_a_development_page_links_the_style_guide_once(cast: Cast) -> None:
    assert Client().get("/members/").content.decode().count('href="/styleguide/"') == 1


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "405", "413", "429", "500", "503"])
def test_an_error_page_needs_no_request_and_says_what_was_done(name: str) -> None:
    html = render_to_string(f"{name}.html", portal(None))
    assert in_our_look(html) == (1, [], [], [])
    assert f'<p class="error-number">{name[:3]}</p>' in html


@pytest.mark.urls("psrt_portal.urls_development")
def test_the_style_guide_uses_the_portals_design(db: None) -> None:
    assert in_our_look(Client().get("/styleguide/").content.decode()) == (1, [], [], [])
