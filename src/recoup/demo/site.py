"""The web app of the demo: the same, with one more address that signs its visitor in.

It answers only in the demo's own environment, to whoever knows the key printed at the start.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from recoup.demo.business import OWNER
from recoup.wsgi import application as web_app

START = "/demo/"

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """The web app, and the way in."""
    path = str(environ.get("PATH_INFO", ""))
    if settings.ENVIRONMENT == "demo" and path.startswith(START):
        if secrets.compare_digest(path.strip("/").encode(), _way_in()):
            return _signed_in(start_response)
        start_response("302 Found", [("Location", "/")])
        return [b""]
    return web_app(environ, start_response)


def _way_in() -> bytes:
    key = os.environ.get("RECOUP_DEMO_KEY") or secrets.token_urlsafe(12)
    return f"demo/{key}".encode()


def _signed_in(start_response: StartResponse) -> Iterable[bytes]:
    """A session of the owner, and on to Today."""
    request = HttpRequest()
    request.session = SessionStore()
    owner = get_user_model().objects.get(username=OWNER)
    login(request, owner, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.save()
    cookie = (
        f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}; Path=/; HttpOnly; "
        f"SameSite=Lax; Max-Age={settings.SESSION_COOKIE_AGE}"
    )
    start_response(
        "302 Found",
        [("Location", "/"), ("Set-Cookie", cookie), ("Cache-Control", "no-store")],
    )
    return [b""]
