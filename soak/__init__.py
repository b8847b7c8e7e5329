"""The soak: real processes killed hundreds of times, and the mail server's own log as truth."""

from __future__ import annotations
