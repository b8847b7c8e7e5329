"""What we say: templates in the debtor's language, made into text, HTML and e-mail bytes."""

from __future__ import annotations
