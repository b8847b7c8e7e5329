"""Many payments in one act: what is accepted together is posted and taken back in slices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from recoup.books import advise, propose
from recoup.books.limits import cash_of
from recoup.books.lock import hold
from recoup.books.models import Creditor, Proposal, StatementLine
from recoup.books.take_back import take_back_many
from recoup.jobs.cash import (
    SLICE,
    Act,
    Settlement,
    is_alone_enough,
    settle_lines,
    settlement_of,
    still_open,
    undo,
)
from recoup.jobs.settlement import ask_for_the_rest
from recoup.kernel.errors import Refusal

__all__ = ["SLICE", "Accepted", "accept_many", "undo_many"]


@dataclass
class Accepted:
    """What became of proposals that were accepted together, by their lines."""

    done: list[int] = field(default_factory=list)
    # Line and reason; what was settled meanwhile is passed over without one.
    refused: list[tuple[int, Refusal]] = field(default_factory=list)


def accept_many(creditor: Creditor, proposals: Sequence[Proposal], *, act: Act) -> Accepted:
    """Post proposals of different lines, each whole or not at all, and learn who pays so.

    A slice is one transaction. One that is refused is halved until what cannot be posted stands
    alone, so the others are posted all the same.
    """
    settlements = [settlement_of(each) for each in proposals]
    answer = Accepted()
    for start in range(0, len(settlements), SLICE):
        _accept(creditor, settlements[start : start + SLICE], act, answer)
    return answer


def _accept(
    creditor: Creditor, settlements: Sequence[Settlement], act: Act, answer: Accepted
) -> None:
    try:
        answer.done += _settle(creditor, settlements, act)
    except Refusal as refusal:
        if len(settlements) == 1:
            answer.refused.append((settlements[0].line_id, refusal))
            return
        half = len(settlements) // 2
        _accept(creditor, settlements[:half], act, answer)
        _accept(creditor, settlements[half:], act, answer)


def _settle(creditor: Creditor, settlements: Sequence[Settlement], act: Act) -> list[int]:
    with transaction.atomic():
        hold(each.account_id for each in settlements)
        lines = still_open(settlements)
        mine = [each for each in settlements if each.line_id in lines]
        settle_lines(creditor, mine, act=act)
        limits = cash_of(creditor.pk)
        for each in mine:
            if not is_alone_enough(each, lines[each.line_id], limits):
                ask_for_the_rest(each, act)
        done = sorted(lines)
        propose.forget_many(line_ids=done)
        propose.learn_many(creditor_id=creditor.pk, line_ids=done)
    return done


def undo_many(creditor: Creditor, lines: Sequence[StatementLine], *, act: Act) -> None:
    """Take settled lines back to the list, each whole; what they taught is taken back with them.

    The lines come with their receipts. Refusal when one cannot be taken back; those before it are.
    """
    for start in range(0, len(lines), SLICE):
        rest = _undo(creditor, lines[start : start + SLICE], act)
        for line in rest:
            undo(line, act=act)


def _undo(creditor: Creditor, lines: Sequence[StatementLine], act: Act) -> list[StatementLine]:
    """Take back together what can be; the others."""
    receipts = {each.receipt.pk: each.receipt.account_id for each in lines if each.receipt}
    ids = [line.pk for line in lines]
    with transaction.atomic():
        hold(receipts.values())
        taught = propose.taught_by(line_ids=ids)
        done = take_back_many(
            creditor_id=creditor.pk,
            receipts=receipts,
            today=act.today,
            at=act.at,
            by=act.by,
            why=act.why,
        )
        undone = {line.pk for line in lines if line.receipt_id in set(done)}
        propose.unlearn_many(taught=taught, line_ids=undone)
        advise.note_taken_back(line_ids=sorted(undone))
    return [line for line in lines if line.pk not in undone]
