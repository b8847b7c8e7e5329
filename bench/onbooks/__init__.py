"""What runs in a process of its own, on the books that its environment names."""

from __future__ import annotations

import django

# Before any module in here reads a model.
django.setup()
