"""The webhook's HTTPS server. A new certificate is taken up without closing a connection."""

from __future__ import annotations

import asyncio
import os
import ssl
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from aiohttp import web

from testgen_operator import telemetry
from testgen_operator.admission.certificates import Material
from testgen_operator.admission.review import NotAReview, answer
from testgen_operator.errors import ConfigurationError

PATH: Final = "/validate"
LARGEST: Final = 8 * 1024 * 1024
"""Bytes: an object and the one of before, each at most what etcd holds (1.5 MiB), as JSON with room to spare."""
HANDSHAKE_SECONDS: Final = 10.0

log = telemetry.get_logger(__name__)


class WebhookServer:
    """Answers on `port` once it has a certificate."""

    def __init__(self, host: str | None, port: int) -> None:
        self._host = host
        self._port = port
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_2
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def use(self, material: Material) -> None:
        """Serve this certificate from the next handshake on. Raises ConfigurationError when the port is taken."""
        _load(self._tls, material)
        if self._runner is None:
            await self._start()

    async def _start(self) -> None:
        application = web.Application(client_max_size=LARGEST)
        application.router.add_post(PATH, _validate)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, self._host, self._port, ssl_context=self._tls)
        try:
            await site.start()
        except OSError as problem:
            await runner.cleanup()
            raise ConfigurationError(
                f"can't listen on port {self._port} ({problem.strerror}); choose another with TESTGEN_OPERATOR_WEBHOOK_PORT"
            ) from None
        self._runner, self.port = runner, int(runner.addresses[0][1])
        log.info("webhook serves", port=self.port)

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()


async def _validate(request: web.Request) -> web.Response:
    try:
        async with asyncio.timeout(HANDSHAKE_SECONDS):
            review = await request.json()
        found = answer(review)
    except (ValueError, NotAReview) as problem:
        telemetry.ADMISSIONS.labels("malformed").inc()
        return web.json_response({"error": str(problem)[:200]}, status=400)
    telemetry.ADMISSIONS.labels("allowed" if found["response"]["allowed"] else "refused").inc()
    return web.json_response(found)


def _load(tls: ssl.SSLContext, material: Material) -> None:
    """OpenSSL reads certificates from files alone; these live for a moment, readable by this process' user."""
    with tempfile.TemporaryDirectory(prefix="webhook-") as folder:
        certificate, key = Path(folder, "tls.crt"), Path(folder, "tls.key")
        for path, text in ((certificate, material.certificate), (key, material.private_key)):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(text)
        tls.load_cert_chain(certificate, key)


@asynccontextmanager
async def webhook(host: str | None, port: int) -> AsyncIterator[WebhookServer]:
    """A server that ends with the block."""
    server = WebhookServer(host, port)
    try:
        yield server
    finally:
        await server.close()
