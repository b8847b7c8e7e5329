"""Intake: files of people become accounts, documents and receipts, or rows set aside."""

from __future__ import annotations

from recoup.jobs.intake.correct import correct_row, dismiss_row
from recoup.jobs.intake.importing import Imported, import_file, receive
from recoup.jobs.intake.look import Look, declared_from, look, save_map

__all__ = [
    "Imported",
    "Look",
    "correct_row",
    "declared_from",
    "dismiss_row",
    "import_file",
    "look",
    "receive",
    "save_map",
]
