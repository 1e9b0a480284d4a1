"""What each answer tells a browser: that it is data, not a page; that nobody may frame it; that it is not kept."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders

_DATA: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
# The pages of /docs and /redoc load their scripts from where the framework says.
_PAGES: Final = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' https://cdn.jsdelivr.net; "
    "style-src 'unsafe-inline' https://cdn.jsdelivr.net https://fonts.googleapis.com; font-src https://fonts.gstatic.com; "
    "img-src data: https://fastapi.tiangolo.com https://cdn.redoc.ly; connect-src 'self'; worker-src blob:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_YEAR: Final = 365 * 24 * 3600


def secure(headers: MutableHeaders, *, path: str, scheme: str) -> None:
    """Add them. A year of HTTPS alone is asked for where this call came by HTTPS."""
    headers.setdefault("Cache-Control", "no-store")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Content-Security-Policy", _PAGES if path in ("/docs", "/redoc") else _DATA)
    if scheme == "https":
        headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR}; includeSubDomains")
