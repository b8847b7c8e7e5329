"""A debtor's statement of account: every figure from the ledger, in the debtor's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from recoup.books import journal as read
from recoup.books.models import Account, Creditor
from recoup.kernel.errors import Refusal
from recoup.kernel.terms import still_off
from recoup.reports.statement import (
    AccountStatement,
    Moved,
    Open,
    Party,
    Section,
    Ways,
    section,
)
from recoup.reports.statement_words import language_of, words
from recoup.wording import locales

# Where letters are not A4.
_US_LETTER = ("US", "CA", "MX", "PH", "CL", "CO")


def account_statement(
    account: Account, *, first: date, last: date, language: str = ""
) -> AccountStatement:
    """What an account owed before, what happened from `first` to `last`, and what is open then.

    In the debtor's language, or another one that is asked for.
    """
    if last < first:
        raise Refusal(
            "period-reversed", f"The period ends on {last}, before it begins. Swap the two days."
        )
    creditor, debtor = account.creditor, account.debtor
    ways = ways_of(language or debtor.language or creditor.language, debtor.country)
    return AccountStatement(
        creditor=letterhead(creditor),
        debtor=Party(account.name, lines_of(account.postal_address)),
        number=account.number,
        first=first,
        last=last,
        ways=ways,
        sections=_sections(account, first, last, ways),
        pay_to=_pay_to(account, words(ways.language)),
        paper=paper_of(debtor.country or creditor.country),
    )


def paper_of(country: str) -> str:
    """The size of a letter where it is read."""
    return "us-letter" if country in _US_LETTER else "a4"


def letterhead(creditor: Creditor) -> Party:
    """Name and address; an address that begins with the full name says it once."""
    lines = lines_of(creditor.postal_address)
    if lines and lines[0].startswith(creditor.name):
        return Party(lines[0], lines[1:])
    return Party(creditor.name, lines)


def ways_of(language: str, country: str) -> Ways:
    """How days and amounts are written in a language and country."""
    said = language_of(language)
    locale = locales.locale_of(said, country)
    return Ways(
        language=said,
        day=lambda day: locales.short_day(day, locale),
        money=lambda minor, currency: locales.money(minor, currency, locale),
        number=lambda minor, currency: locales.number(minor, currency, locale),
    )


def _sections(account: Account, first: date, last: date, ways: Ways) -> tuple[Section, ...]:
    moved = [Moved(*row) for row in read.movements_of(account.pk, first, last)]  # type: ignore[arg-type]
    opened = [_open(row, last) for row in read.open_of(account.pk, last)]
    before = read.balances_of(account.pk, first - timedelta(days=1))
    after = read.balances_of(account.pk, last)
    wanted = {each.currency for each in moved} | {each.currency for each in opened}
    wanted |= {currency for currency, minor in before.items() if minor}
    if not wanted:
        wanted = {account.creditor.currency}
    return tuple(
        section(
            currency,
            balances=(before.get(currency, 0), after.get(currency, 0)),
            moved=[each for each in moved if each.currency == currency],
            opened=[each for each in opened if each.currency == currency],
            last=last,
            ways=ways,
        )
        for currency in sorted(wanted)
    )


def _open(row: read.Row, last: date) -> Open:
    """An open item, and the discount that still stands on the last day."""
    found = Open(*row[:7])  # type: ignore[arg-type]
    first_ppm, first_days, later_ppm, later_days, paid = (int(str(each or 0)) for each in row[7:])
    off = still_off(
        ((first_ppm, first_days), (later_ppm if first_ppm else 0, later_days)),
        issue_date=found.issue_date,
        open_minor=found.open_minor,
        paid_minor=paid,
        on=last,
    )
    if off is None:
        return found
    return found._replace(discount_minor=off.less_minor, discount_until=off.until)


def lines_of(address: str) -> tuple[str, ...]:
    """The lines of an address that say something."""
    return tuple(line.strip() for line in address.splitlines() if line.strip())


def _pay_to(account: Account, said: Mapping[str, str]) -> tuple[str, ...]:
    """The bank account to pay to, as far as it is known, and what to write on the payment."""
    creditor = account.creditor
    numbers = [creditor.bank_account_number, creditor.bank_routing_code]
    if creditor.bank_iban:
        numbers = [f"IBAN {' '.join(_fours(creditor.bank_iban))}"]
    bic = f"BIC {creditor.bank_bic}" if creditor.bank_bic else ""
    known = [creditor.bank_holder, creditor.bank_name, *numbers, bic]
    found = [each for each in known if each]
    return (*found, f"{said['reference']} {account.number}") if any(numbers) else ()


def _fours(iban: str) -> Iterable[str]:
    return (iban[start : start + 4] for start in range(0, len(iban), 4))
