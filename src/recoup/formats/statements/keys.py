"""Keys of lines: the same line has the same key in every file, equal lines stay apart."""

from __future__ import annotations

from collections import Counter, defaultdict

from recoup.formats.statements.line import Kind, Line, Statement
from recoup.kernel.ids import content_key, natural_key


def set_keys(statements: list[Statement]) -> None:
    """Give every line and detail its key.

    A reference that the bank promises to be unique, with the amount, makes the key; otherwise
    the content does. Lines that are equal in it are numbered within the file, per account; a
    second copy of a statement in the file is numbered anew and so brings the same keys again.
    """
    _check_references(statements)
    copies: Counter[tuple[object, ...]] = Counter()
    seen: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for statement in statements:
        copies[statement.identity] += 1
        is_numbered = statement.sequence or statement.statement_id
        counter = seen[copies[statement.identity] if is_numbered else 1]
        for position, line in enumerate(statement.lines, 1):
            line.line = position
            _set_key(statement, line, counter)


def _check_references(statements: list[Statement]) -> None:
    """A reference that stands on different lines, or is no more than a zero, is not unique."""
    meanings: defaultdict[tuple[str, str], set[tuple[object, ...]]] = defaultdict(set)
    lines = [
        (statement.account, line)
        for statement in statements
        for line in statement.lines
        if line.is_reference_unique
    ]
    for account, line in lines:
        meaning = (line.amount_minor, line.booked_date, line.remittance, line.end_to_end_id)
        meanings[(account, line.bank_reference or "")].add(meaning)
    for account, line in lines:
        reference = line.bank_reference or ""
        if len(meanings[(account, reference)]) > 1 or not reference.strip("0"):
            line.is_reference_unique = False
            line.flags.append("reference-repeated")


def _set_key(statement: Statement, line: Line, counter: Counter[str]) -> None:
    stem = _stem(statement, line)
    counter[stem] += 1
    line.key = f"{stem}/{counter[stem]}"
    for number, detail in enumerate(line.details, 1):
        detail.key = f"{line.key}/{number}"


def _stem(statement: Statement, line: Line) -> str:
    account = statement.account or "?"
    if line.bank_reference and line.is_reference_unique:
        return natural_key([account, "id", line.bank_reference, line.amount_minor, line.currency])
    content = content_key(
        [
            line.booked_date, line.value_date, line.amount_minor, line.currency,
            line.bank_reference, line.end_to_end_id, line.mandate_id, line.counterparty_account,
            line.counterparty_name, line.remittance, line.structured_reference, line.is_booked,
        ]
    )  # fmt: skip
    return natural_key([account, content])


def identity_of(statement: Statement) -> str | None:
    """The name that the bank gives the statement for ever, None where it gives none."""
    if statement.kind is not Kind.FINAL or not (statement.sequence or statement.statement_id):
        return None
    parts = (statement.account, statement.statement_id, statement.sequence, statement.page)
    day = statement.closing_date or statement.to_date or statement.created_date
    return natural_key([*("" if each is None else each for each in parts), day or ""])
