"""One function per scenario, by its id; the expected values stay in the scenario's file."""

from __future__ import annotations
