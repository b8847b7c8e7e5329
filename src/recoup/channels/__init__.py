"""How a cleared message leaves: one file per channel, one definite outcome per attempt."""

from __future__ import annotations
