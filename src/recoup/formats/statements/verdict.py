"""Whether a statement adds up and follows the one before it: posted, or held with the reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from recoup.formats.statements.line import Kind, Line, Statement
from recoup.kernel.errors import Refusal
from recoup.kernel.money import exponent, plain

_AGAIN = "Ask the bank for the statement again; if it is the same, a person must decide."


def judge(statements: list[Statement]) -> None:
    """Number the statements and note in each why it cannot be posted, if so."""
    for number, statement in enumerate(statements, 1):
        statement.number = number
        _check_currency(statement)
        _check_balances(statement)
        _check_stated(statement)
        for line in statement.lines:
            _check_details(line)
    _check_chain(statements)


def shown(amount_minor: int, currency: str | None) -> str:
    """The amount for a sentence, right for any currency or none."""
    try:
        return f"{plain(amount_minor, currency or 'EUR')} {currency or ''}".strip()
    except Refusal:
        return str(amount_minor)


def _check_currency(statement: Statement) -> None:
    found = sorted({line.currency for line in statement.lines if line.is_booked})
    if statement.currency is None and len(found) == 1:
        statement.currency = found[0]
    if statement.currency is None and not found:
        return
    strange = [code for code in found if code != statement.currency]
    if strange:
        statement.hold(
            "currency-mixed",
            f"The statement is in {statement.currency or 'no stated currency'} and has lines in "
            f"{', '.join(strange)}; currencies are never added together.",
            _AGAIN,
        )
    for code in {*found, statement.currency or found[0]}:
        try:
            exponent(code)
        except Refusal as refusal:
            statement.hold(refusal.code, refusal.sentence, _AGAIN, value=code)


def is_checked(statement: Statement) -> bool:
    """True when both balances are stated, so that the lines between them are proved.

    A balance beside a single line proves nothing: the opening was worked out from it.
    """
    if statement.opening_code == "running" and len(statement.lines) == 1:
        return False
    return statement.opening_minor is not None and statement.closing_minor is not None


def _check_balances(statement: Statement) -> None:
    opening, closing = statement.opening_minor, statement.closing_minor
    if opening is None or closing is None:
        if statement.kind is Kind.FINAL:
            lacking = "opening" if opening is None else "closing"
            statement.hold(
                f"{lacking}-missing",
                f"The statement states no {lacking} balance, so nothing proves that its lines are "
                "all there; the file may be cut short.",
                _AGAIN,
            )
        return
    total = opening + statement.sum_minor
    if total != closing:
        currency = statement.currency
        statement.hold(
            "balance-differs",
            f"Opening {shown(opening, currency)} and {len(statement.lines)} lines of together "
            f"{shown(statement.sum_minor, currency)} make {shown(total, currency)}, but the "
            f"statement closes with {shown(closing, currency)}.",
            _AGAIN,
        )


def _check_stated(statement: Statement) -> None:
    """Totals agree with the booked lines, or with all of them: banks count both ways."""
    booked = _totals([line.amount_minor for line in statement.lines if line.is_booked])
    listed = _totals([line.amount_minor for line in statement.lines])
    figures = (
        ("number of lines", statement.stated_count, {booked[0], listed[0]}),
        ("number of credits", statement.stated_credit_count, {booked[1], listed[1]}),
        ("number of debits", statement.stated_debit_count, {booked[2], listed[2]}),
        ("sum of credits", statement.stated_credit_minor, {booked[3], listed[3]}),
        ("sum of debits", statement.stated_debit_minor, {booked[4], listed[4]}),
        ("sum of lines", statement.stated_net_minor, {booked[5], listed[5]}),
    )
    for what, stated, counted in figures:
        if stated is not None and stated not in counted:
            ours = " or ".join(str(each) for each in sorted(counted))
            statement.hold(
                "stated-total-differs",
                f"The statement states {stated} as its {what}, but its lines make {ours}.",
                _AGAIN,
            )


def _totals(amounts: list[int]) -> tuple[int, int, int, int, int, int]:
    """Lines, credits, debits; sums of credits, of debits, of all."""
    credits = [amount for amount in amounts if amount > 0]
    debits = [-amount for amount in amounts if amount < 0]
    return (
        len(amounts), len(credits), len(debits), sum(credits), sum(debits), sum(amounts),
    )  # fmt: skip


def _check_details(line: Line) -> None:
    """A batch that does not add up to its line is flagged: the line is the money either way."""
    if not line.details:
        return
    if all(each.currency == line.currency for each in line.details):
        line.details_sum_minor = sum(each.amount_minor for each in line.details)
        if line.details_sum_minor != line.amount_minor:
            line.flags.append("details-differ")
    else:
        line.flags.append("details-in-other-currency")
    if line.batch_count is not None and line.batch_count != len(line.details):
        line.flags.append("details-count-differs")


def _check_chain(statements: Iterable[Statement]) -> None:
    """Within the file: the opening of one is the closing of the one before, no number left out."""
    by_account: dict[tuple[str, str | None], list[Statement]] = defaultdict(list)
    for statement in statements:
        if statement.kind is Kind.FINAL and statement.account:
            by_account[(statement.account, statement.currency)].append(statement)
    for chain in by_account.values():
        _check_follows(_in_order(_without_copies(chain)))


def _without_copies(chain: list[Statement]) -> list[Statement]:
    first: dict[tuple[object, ...], int] = {}
    kept = []
    for statement in chain:
        if statement.identity in first:
            statement.flags.append(f"copy-of-{first[statement.identity]}")
            continue
        first[statement.identity] = statement.number
        kept.append(statement)
    return kept


def _in_order(chain: list[Statement]) -> list[Statement]:
    """As they stand, or turned round where only the newest first makes a chain."""
    backwards = chain[::-1]
    return backwards if _breaks(chain) and not _breaks(backwards) else chain


def _breaks(chain: list[Statement]) -> int:
    return sum(_is_broken(*pair) for pair in pairwise(chain))


def _check_follows(chain: list[Statement]) -> None:
    for before, after in pairwise(chain):
        left_out = (after.sequence or 0) - (before.sequence or 0) - 1
        if before.sequence and after.sequence and left_out > 0:
            after.hold(
                "statement-missing",
                f"Statement {after.sequence} follows statement {before.sequence} of account "
                f"{after.account}: {left_out} left out between them.",
                "Ask the bank for the missing statements and bring them first.",
            )
        elif _is_broken(before, after):
            after.hold(
                "chain-broken",
                f"The statement opens with {shown(after.opening_minor or 0, after.currency)}, but "
                f"the one before it in the file closed with "
                f"{shown(before.closing_minor or 0, before.currency)}.",
                "Ask the bank for the statement between them and bring it first.",
            )


def _is_broken(before: Statement, after: Statement) -> bool:
    if before.closing_minor is None or after.opening_minor is None:
        return False
    return before.closing_minor != after.opening_minor
