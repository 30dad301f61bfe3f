"""Serve the local services of the demo and the tests over HTTP, on a loopback port."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from psrt_portal.demo.services import Service, ServiceAnswer, ServiceRequest


class ServiceServer(ThreadingHTTPServer):
    """An HTTP server for one or several services on a loopback port."""

    daemon_threads = True

    def __init__(self, *services: Service, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.services = services

    def url(self, service: Service) -> str:
        """Return the address of a service, for the settings."""
        return f"http://localhost:{self.server_port}{service.prefix}"

    @contextmanager
    def running(self) -> Iterator[ServiceServer]:
        """Answer inside the block, in a thread."""
        thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.shutdown()
            self.server_close()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: ServiceServer
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        service = next(
            (candidate for candidate in self.server.services if parts.path.startswith(candidate.prefix + "/")), None
        )
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if service is None:
            self._send(ServiceAnswer(404, {"message": "Not Found"}))
            return
        request = ServiceRequest(
            method=self.command,
            path=parts.path.removeprefix(service.prefix),
            query={key: values[-1] for key, values in parse_qs(parts.query).items()},
            body=self._parsed(body),
            authorization=self.headers.get("Authorization", ""),
            address=f"http://{self.headers.get('Host', '')}{parts.path}",
        )
        self._send(service.answer(request))

    def _parsed(self, body: str) -> Mapping[str, Any]:
        if self.headers.get("Content-Type", "").startswith("application/json"):
            parsed: dict[str, Any] = json.loads(body)
            return parsed
        return {key: values[-1] for key, values in parse_qs(body).items()}

    def _send(self, answer: ServiceAnswer) -> None:
        content = answer.data if isinstance(answer.data, str) else json.dumps(answer.data)
        payload = content.encode() if answer.data is not None else b""
        try:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)
        except OSError:
            self.close_connection = True  # the client has given up

    do_GET = do_PUT = do_POST = do_DELETE = _answer  # noqa: N815  the names that http.server calls

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing: a test reads `Service.log`, and the demo needs no log."""
