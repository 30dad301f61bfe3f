"""What a browser says it is."""

from __future__ import annotations

import pytest

from web.devices import browser_in_words

WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
GECKO = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/18.0 Safari/605.1.15"
CHROME = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/140.0.0.0 Safari/537.36"
PHONE = f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/140.0.0.0 Mobile Safari/537.36"
TABLET = f"Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) {WEBKIT} CriOS/140.0 Safari/604.1"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (GECKO, "Firefox on Linux"),
        (SAFARI, "Safari on Mac"),
        (CHROME, "Chrome on Windows"),
        (f"{CHROME} Edg/140.0", "Edge on Windows"),
        (PHONE, "Chrome on Android"),
        (TABLET, "Chrome on iPad"),
        ("Linux", "Linux"),
        ("curl/8", "Passkey"),
        ("", "Passkey"),
    ],
)
def test_a_browser_is_named_with_its_system(header: str, name: str) -> None:
    assert browser_in_words(header) == name
