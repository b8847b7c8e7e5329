"""Advice as text: lines of a PDF file or an e-mail that name a document and an amount."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from recoup.formats import days
from recoup.formats.advice.base import Declared, Heading, Opened
from recoup.formats.advice.gather import Gathered, nothing_listed
from recoup.formats.advice.labels import MONEY, VOCABULARY, fact, is_total
from recoup.formats.advice.table import currency_question
from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Question
from recoup.formats.cells import BadCell
from recoup.formats.detect import evidence_of_numbers
from recoup.formats.guess import bare
from recoup.kernel.errors import Refusal
from recoup.kernel.money import exponent

CHARACTERS_MAX = 2_000_000
LINES_MAX = 40_000
# Longer lines are cut: nobody writes a row of a list that long.
LINE_CHARACTERS_MAX = 1_000
_SIGN = r"(?:[A-Z]{3} ?|[$€£¥₹] ?)"
_AMOUNT = re.compile(
    rf"(?<![\w.,/-])[(-]? ?{_SIGN}?-?[0-9]{{1,3}}(?:(?:[.,' ]?[0-9]{{3}}){{0,4}})"
    rf"[.,][0-9]{{2}}(?:\)|-(?!\w))?(?: ?(?:[A-Z]{{3}}\b|[€$£¥₹]))?(?![.,/]?\w)"
)
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_.#-]{1,39}")
_CODE = re.compile(r"\b[A-Z]{3}\b")
_CURRENCY_SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR"}
_DIGITS_LEAST = 3


@dataclass(frozen=True)
class _Line:
    """One line: its amounts as written, the words that may be a document, and the rest."""

    number: int
    text: str
    amounts: tuple[str, ...]
    documents: tuple[str, ...]
    before: str  # what stands before the first amount


def read_text(written: str, declared: Declared, origin: str, heading: Heading) -> Opened:
    """The advice that a text lists, or what must be said before it can be read."""
    if len(written) > CHARACTERS_MAX or written.count("\n") > LINES_MAX:
        raise Refusal(
            "advice-too-long",
            "The text is longer than any list of documents. Bring the page that lists what is "
            "paid, or ask the payer for CSV.",
        )
    lines = [
        _line(number, text[:LINE_CHARACTERS_MAX])
        for number, text in enumerate(written.splitlines(), 1)
        if text.strip()
    ]
    if not any(line.amounts for line in lines):
        raise nothing_listed()
    for line in lines:
        heading = heading.completed(fact(line.text))
    currency = declared.currency or heading.currency or _currency(lines)
    numbers = declared.numbers or _numbers(lines)
    questions = [numbers] if isinstance(numbers, Question) else []
    if not currency:
        questions.append(currency_question())
    if questions or isinstance(numbers, Question):
        return questions
    gathered = Gathered(currency, numbers, lines=len(lines))
    return _gather(gathered, lines, origin, heading)


def _line(number: int, text: str) -> _Line:
    amounts = tuple(found.group().strip() for found in _AMOUNT.finditer(text))
    rest = _AMOUNT.sub(" ", text)
    first = _AMOUNT.search(text)
    words = [found.group().rstrip(".#-/") for found in _WORD.finditer(rest)]
    numbered = [word for word in words if _digits(word) and not days.readings(word)]
    long = [word for word in numbered if _digits(word) >= _DIGITS_LEAST]
    return _Line(
        number,
        text,
        amounts,
        tuple(dict.fromkeys(long or numbered)),
        text[: first.start()] if first else text,
    )


def _digits(word: str) -> int:
    return sum(sign.isdigit() for sign in word)


def _currency(lines: Sequence[_Line]) -> str:
    """The only currency that stands beside an amount; none when there are several."""
    named: set[str] = set()
    for line in lines:
        for written in line.amounts:
            named |= {code for code in _CODE.findall(written) if _is_currency(code)}
            named |= {code for sign, code in _CURRENCY_SIGNS.items() if sign in written}
    if not named:
        for line in lines:
            if _header(line) or (line.amounts and is_total(line.before)):
                named |= {code for code in _CODE.findall(line.text) if _is_currency(code)}
    return named.pop() if len(named) == 1 else ""


def _is_currency(code: str) -> bool:
    try:
        exponent(code)
    except Refusal:
        return False
    return True


def _numbers(lines: Sequence[_Line]) -> NumberFormat | Question:
    evidence = evidence_of_numbers("amount")
    for line in lines:
        for written in line.amounts:
            evidence.add(written)
    return evidence.answer(NumberFormat.POINT)


def _header(line: _Line) -> tuple[str, ...]:
    """The fields of money that a header names, in their order; nothing for any other line."""
    if line.amounts or len(line.text) > 300:
        return ()
    words = f" {bare(line.text)} "
    places: list[tuple[int, int, str]] = []
    for name in (*MONEY, "document"):
        for term in VOCABULARY.words[name]:
            at = words.find(f" {term} ")
            if at >= 0:
                places.append((at, at + len(term) + 1, name))
    # The longest term wins where two stand in one place.
    chosen: list[tuple[int, int, str]] = []
    for begin, end, name in sorted(places, key=lambda each: (each[0] - each[1], each[0])):
        if all(end <= at or begin >= until for at, until, _ in chosen):
            chosen.append((begin, end, name))
    named = [name for _, _, name in sorted(chosen)]
    if "document" not in named:
        return ()
    money = tuple(name for name in named if name in MONEY)
    return money if len(set(money)) == len(money) else ()


def _gather(gathered: Gathered, lines: Sequence[_Line], origin: str, heading: Heading) -> Opened:
    fields: tuple[str, ...] = ()
    total: int | None = None
    for line in lines:
        named = _header(line)
        if named or not line.amounts:
            fields = named or fields
            gathered.ignored += 1
            continue
        try:
            if is_total(line.before):
                total = gathered.minor(line.amounts[-1])
                gathered.ignored += 1
            elif line.documents:
                _row(gathered, line, fields)
            elif fields:
                raise BadCell(
                    "document-missing",
                    "The line has an amount and names no document.",
                    "Ask the payer which document it is about.",
                    field="document",
                )
            else:
                gathered.ignored += 1
        except BadCell as mistake:
            gathered.put_aside(line.number, mistake, line.amounts[0], [line.text])
    return gathered.reading(origin, heading.completed(Heading(total_minor=total)))


def _row(gathered: Gathered, line: _Line, fields: Sequence[str]) -> None:
    minors = [gathered.minor(written) for written in line.amounts]
    gathered.take(
        line.number,
        line.documents[0],
        _money(minors, fields),
        others=" ".join(line.documents[1:]),
        reason=_after(line),
    )


def _money(minors: Sequence[int | None], fields: Sequence[str]) -> dict[str, int | None]:
    """Which amount of a line is what; BadCell when neither a header nor arithmetic says."""
    if fields and len(fields) == len(minors):
        return dict(zip(fields, minors, strict=True))
    if len(set(minors)) == 1:
        return {"amount": minors[0]}
    if len(minors) == 3 and None not in minors:
        gross, less, paid = (minor or 0 for minor in minors)
        if gross - abs(less) == paid:
            return {"gross": gross, "deduction": less, "amount": paid}
    raise BadCell(
        "amounts-several",
        f"The line has {len(minors)} amounts, and nothing says which of them was paid.",
        "Add a line that names the columns, or bring the advice as CSV.",
        field="amount",
    )


def _after(line: _Line) -> str:
    """The words behind the last amount: why something is held back, if anything is."""
    last = max((found.end() for found in _AMOUNT.finditer(line.text)), default=0)
    return line.text[last:].strip(" ,;:-\t")
