"""One template, one debtor's facts: subject, plain text and HTML that say the same."""

from __future__ import annotations

from dataclasses import dataclass

from recoup.wording.context import MessageContext


@dataclass(frozen=True)
class Rendered:
    """What the debtor reads, and which words it was made from.

    `language` is the one spoken; it differs from `requested_language` after a fallback.
    """

    subject: str
    text: str
    html: str
    language: str
    requested_language: str
    template_version: str


def render(template: str, language: str, context: MessageContext) -> Rendered:
    """The message in the debtor's language, else the creditor's, else English.

    Raises Refusal `variable-missing` rather than leave a gap in a sentence.
    """
    raise NotImplementedError
