"""The files of nginx that deploy/nginx/render.sh writes."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.architecture.nginx import FOLDER, NGINX, SITE, Front, front_in, render
from tests.architecture.routes import Route, routes
from tests.architecture.test_deploy import SERVICES
from tests.architecture.test_doors import PUBLIC_PAGES


@pytest.fixture
def front(tmp_path: Path) -> Front:
    """An nginx to be configured."""
    return front_in(tmp_path)


@pytest.mark.parametrize("resolver", ["", "127.0.0.11"], ids=["host", "container"])
@pytest.mark.parametrize("ipv6", ["yes", "no"])
def test_nginx_accepts_its_configuration_without_a_warning(front: Front, ipv6: str, resolver: str) -> None:
    front.render(NGINX_IPV6=ipv6, NGINX_RESOLVER=resolver, EXTRA_HOSTS="a.example.org,b.example.org")
    conf = str(front.folder / "nginx.conf")
    done = subprocess.run([str(NGINX), "-t", "-c", conf], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr
    text = (front.folder / "portal.conf").read_text(encoding="utf-8")
    assert text.count("listen [::]:") == (3 if ipv6 == "yes" else 0)
    assert re.findall(r"server_name (.*);", text) == ["_", "_", "localhost a.example.org b.example.org"]
    assert re.findall(r"@[A-Z_0-9]+@", text) == []


@pytest.mark.parametrize(
    ("version", "listen", "lines"),
    [("1.22.1", "ssl http2", 0), ("1.25.0", "ssl http2", 0), ("1.25.1", "ssl", 2), ("1.30.5", "ssl", 2)],
)
def test_http2_is_turned_on_in_the_way_of_each_version(front: Front, version: str, listen: str, lines: int) -> None:
    program = front.folder / "nginx"
    program.write_text(f"#!/bin/sh\necho 'nginx version: nginx/{version} (Debian)' >&2\n", encoding="utf-8")
    program.chmod(0o755)
    front.render(NGINX=str(program))
    text = (front.folder / "portal.conf").read_text(encoding="utf-8")
    assert f"listen {front.https} {listen};" in text
    assert text.count("http2 on;") == lines


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SITE_URL", ""),
        ("SITE_URL", "http://psrt.example.org"),
        ("SITE_URL", "https://psrt.example.org/portal"),
        ("SITE_URL", "https://psrt.example.org; return 200"),
        ("EXTRA_HOSTS", "a.example.org; }"),
        ("SECURITY_ADDRESS", ""),
        ("SECURITY_ADDRESS", "<script>@example.org"),
        ("HSTS_SECONDS", "long"),
    ],
)
def test_a_bad_value_writes_nothing_and_is_named(front: Front, name: str, value: str) -> None:
    done = render(front.folder, **{**SITE, name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(f"nginx is not configured. {name} is ")
    assert not (front.folder / "portal.conf").exists()


def test_values_may_come_from_the_file_of_the_portal(front: Front) -> None:
    file = front.folder / "portal.env"
    file.write_text("SITE_URL='https://psrt.example.org'\n# x\nSECURITY_ADDRESS=a@example.org \n", encoding="utf-8")
    assert render(front.folder, ENV_FILE=str(file)).returncode == 0
    assert "server_name psrt.example.org ;" in (front.folder / "portal.conf").read_text(encoding="utf-8")
    assert "mailto:a@example.org" in (front.folder / "nginx-away.html").read_text(encoding="utf-8")


def private_addresses() -> re.Pattern[str]:
    """What of an address keeps it away from nginx's cache."""
    text = (FOLDER / "portal.conf.in").read_text(encoding="utf-8")
    return re.compile(re.findall(r"location ~ (\^/\(acc.*) \{", text)[0])


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.name)
def test_the_cache_is_asked_for_public_pages_only(route: Route) -> None:
    """The portal marks private pages as such as well; this holds also when it forgets."""
    path = "/" + re.sub(r"<[^>]*>|\(\?P[^)]*\)", "1", route.pattern).lstrip("^")
    assert route.name in PUBLIC_PAGES or private_addresses().match(path)


def test_the_cache_is_asked_for_the_pages_that_many_read() -> None:
    addresses = ["/", "/members/", "/members/psrt.csv", "/members/ada-admin/", "/advisories/", "/advisories/feed.atom"]
    assert [path for path in addresses if private_addresses().match(path)] == []


def test_the_container_writes_its_files_before_it_starts_nginx(front: Front) -> None:
    program = front.folder / "nginx"
    program.write_text(
        '#!/bin/sh\n[ "$1" != -v ] || exec echo "nginx version: nginx/1.30.5" >&2\nls "$NGINX_ROOT"\necho "$@"\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    environment = {
        name: value.replace("/tmp", str(front.folder))  # noqa: S108
        for name, value in SERVICES["nginx"]["environment"].items()
        if name.startswith("NGINX_")
    }
    done = subprocess.run(
        ["sh", FOLDER / "start.sh"], env={"PATH": f"{front.folder}:{os.environ['PATH']}", **environment, **SITE},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    started = f"-e /dev/stderr -c {FOLDER}/nginx.conf -g daemon off;"
    assert done.stdout.split("\n") == [
        "acme",
        "headers.conf",
        "nginx-away.html",
        "nginx-busy.html",
        "portal.conf",
        started,
        "",
    ]
    text = (front.folder / "portal/portal.conf").read_text(encoding="utf-8")
    assert "listen 8443 ssl;" in text
    assert "set $portal http://web:8000;" in text
    assert "resolver 127.0.0.11 valid=5s ipv6=off;" in text
    assert "include /tmp/portal/portal.conf;" in (FOLDER / "nginx.conf").read_text(encoding="utf-8")
