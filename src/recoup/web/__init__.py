"""The web app: parse the request, ask access, call a door or a job; no rules here."""

from __future__ import annotations
