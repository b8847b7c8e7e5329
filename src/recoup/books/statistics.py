"""What PostgreSQL's planner believes of our tables, kept in step with how they grow.

Its own housekeeper comes by once a minute and never sees what is not committed yet: the night
after a first import would be planned for empty tables, and take minutes instead of seconds.
"""

from __future__ import annotations

from recoup.books.query import execute, is_postgresql, rows

# Grown by half since it was last counted, and by more than a few pages.
_GROWN = """
SELECT c.relname FROM pg_class c
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
    AND starts_with(c.relname::text, 'books_')
    AND pg_relation_size(c.oid) / current_setting('block_size')::int > c.relpages * 1.5 + 4
ORDER BY c.relname
"""


def refresh() -> list[str]:
    """Count anew what has grown since it was counted; the names. SQLite plans without."""
    if not is_postgresql():
        return []
    grown = [str(name) for (name,) in rows(_GROWN)]
    if grown:
        execute(f"ANALYZE {', '.join(grown)}")
    return grown
