"""Words of our own for templates."""

from __future__ import annotations
