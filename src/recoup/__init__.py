"""Recoup gets a business paid without losing its customers."""

from __future__ import annotations

__version__ = "0.1.0"
