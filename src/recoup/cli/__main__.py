"""`python -m recoup.cli` is `recoup`."""

from __future__ import annotations

from recoup.cli import main

if __name__ == "__main__":
    main()
