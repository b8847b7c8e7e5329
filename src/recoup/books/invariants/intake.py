"""Invariants of intake: no line of a file is lost, and no file is taken twice."""

from __future__ import annotations

from recoup.books.invariants.base import Invariant

_LINES = """
SELECT creditor_id, id, lines_total, lines_posted, lines_duplicate, lines_set_aside, lines_ignored
FROM books_sourcefile
WHERE state = 'done'
    AND lines_total <> lines_posted + lines_duplicate + lines_set_aside + lines_ignored
"""

# The same bytes again post only what was set aside before: never more lines than there are.
_TAKEN_TWICE = """
SELECT f.creditor_id, f.id, f.lines_posted, d.posted, d.total
FROM books_sourcefile f
JOIN (
    SELECT creditor_id, sha256, SUM(lines_posted) AS posted, MAX(lines_total) AS total
    FROM books_sourcefile WHERE state = 'done'
    GROUP BY creditor_id, sha256 HAVING SUM(lines_posted) > MAX(lines_total)
) d ON d.creditor_id = f.creditor_id AND d.sha256 = f.sha256
WHERE f.state = 'done' AND f.lines_posted > 0
"""

_SET_ASIDE = """
SELECT f.creditor_id, f.id, f.lines_set_aside, COUNT(DISTINCT r.line) AS lines_kept
FROM books_sourcefile f LEFT JOIN books_setasiderow r ON r.source_file_id = f.id
WHERE f.state = 'done'
GROUP BY f.creditor_id, f.id, f.lines_set_aside HAVING COUNT(DISTINCT r.line) < f.lines_set_aside
"""

INTAKE = (
    Invariant("P3", "Every line of a file is accounted for", "lines lost in reading", _LINES),
    Invariant("P4", "No file is posted twice", "every invoice doubled", _TAKEN_TWICE),
    Invariant("P5", "Every line set aside is kept", "a row that vanishes", _SET_ASIDE),
)
