"""Which receipt pays what: payers, numbers and sums weighed. Start at `propose`."""

from __future__ import annotations
