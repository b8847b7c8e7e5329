"""A payment with everything that is suggested for it, ready to be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recoup.books.models import OpenItem, Proposal, StatementLine
from recoup.web import cash_words


@dataclass(frozen=True)
class Piece:
    """What of a payment would go to one item; credit notes below zero."""

    item: OpenItem
    applied_minor: int
    discount_minor: int

    @property
    def is_part(self) -> bool:
        """Whether something of the item stays open."""
        return abs(self.applied_minor) + self.discount_minor < abs(self.item.open_minor)


@dataclass(frozen=True)
class Suggestion:
    """One proposal in words; the n-th of its payment."""

    proposal: Proposal
    pieces: tuple[Piece, ...]
    # Something of it was paid meanwhile: it cannot be accepted any more.
    is_past: bool

    @property
    def sureness(self) -> str:
        """How sure, in a word."""
        return cash_words.sureness(self.proposal.confidence_ppm)

    @property
    def percent(self) -> str:
        """How sure, as a percentage."""
        return cash_words.percent(self.proposal.confidence_ppm)

    @property
    def reasons(self) -> list[str]:
        """Why it is suggested."""
        return cash_words.said(self.proposal.reason_bits, cash_words.FOR)

    @property
    def doubts(self) -> list[str]:
        """What speaks against it, and how many other combinations fit as well."""
        doubts = cash_words.said(self.proposal.reason_bits, cash_words.AGAINST)
        others = cash_words.others(self.proposal.combinations)
        return [*doubts, others] if others else doubts

    @property
    def residual(self) -> str:
        """What becomes of a difference; empty when there is none."""
        kind = self.proposal.residual_kind
        if not self.proposal.residual_minor:
            return ""
        if kind == "rounding" and self.proposal.residual_minor < 0:
            return "stays as a credit"
        return cash_words.RESIDUALS.get(kind, "")

    @property
    def residual_minor(self) -> int:
        """How large the difference is."""
        return abs(self.proposal.residual_minor)


@dataclass(frozen=True)
class Row:
    """A payment and its suggestions, the best first."""

    line: StatementLine
    suggestions: tuple[Suggestion, ...]

    @property
    def best(self) -> Suggestion | None:
        """The first that can still be accepted."""
        return next((each for each in self.suggestions if not each.is_past), None)


def rows_of(lines: Sequence[StatementLine]) -> list[Row]:
    """Each line with its suggestions; what they pay is read for all of them at once."""
    proposals = Proposal.objects.filter(line__in=[line.pk for line in lines])
    found = list(proposals.select_related("account").order_by("line_id", "rank"))
    items = _items(found)
    by_line: dict[int, list[Suggestion]] = defaultdict(list)
    for each in found:
        by_line[each.line_id].append(_suggestion(each, items))
    return [Row(line, tuple(by_line[line.pk])) for line in lines]


def _items(proposals: Iterable[Proposal]) -> dict[int, OpenItem]:
    ids = {item for each in proposals for item, _, _ in each.items}
    return OpenItem.objects.select_related("document").in_bulk(sorted(ids))


def _suggestion(proposal: Proposal, items: dict[int, OpenItem]) -> Suggestion:
    pieces = tuple(
        Piece(items[item], applied, discount)
        for item, applied, discount in proposal.items
        if item in items
    )
    is_past = any(
        abs(each.applied_minor) + each.discount_minor > abs(each.item.open_minor) for each in pieces
    )
    return Suggestion(proposal, pieces, is_past or len(pieces) < len(proposal.items))
