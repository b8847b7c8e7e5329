"""Known answers: a corpus of files and scenarios whose right results somebody else has stated."""

from __future__ import annotations
