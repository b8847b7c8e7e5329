"""Named points at which a worker may die; the soak kills it there, everything else walks past."""

from __future__ import annotations

from collections.abc import Callable


def _walk_past(name: str) -> None:
    """Nothing happens at a point in ordinary life."""


# Replaced by the soak alone; called through the module so that the replacement is seen.
reach: Callable[[str], None] = _walk_past
