"""What the demo agreed with a few good customers, and who accepted the sheet it was shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from recoup.books.accept import Shown, accept_by_link, make_link
from recoup.books.agree import agree_terms
from recoup.books.models import Account, Creditor
from recoup.demo.business import Business, Customer
from recoup.jobs.terms_sheet import sheet_of

LINK_DAYS = 30


@dataclass(frozen=True)
class _Agreement:
    """On which working day before the last what was agreed, why, and how soon it is accepted."""

    days_before: int
    terms: str
    why: str
    # None while the debtor has the link and has not said yes.
    accepted_days_before: int | None


AGREEMENTS = (
    _Agreement(13, "2/10 net 30", "Pays by return; Robin offered a discount by phone", 12),
    _Agreement(6, "3/7 net 30", "Wants to try paying early for the season", 5),
    _Agreement(2, "net 30 end of month", "Their house pays once a month", None),
)


def agreements(
    business: Business,
) -> Iterator[tuple[int, Callable[[Creditor, date, datetime, str], None]]]:
    """On which working day before the last something happens, and what."""
    prompt = [each for each in business.customers if each.habit.code == "prompt"]
    for agreement, customer in zip(AGREEMENTS, prompt[2::20], strict=False):
        yield agreement.days_before, _agree(customer.number, agreement)
        if agreement.accepted_days_before is not None:
            yield agreement.accepted_days_before, _accept(customer)


def _agree(number: str, agreement: _Agreement) -> Callable[[Creditor, date, datetime, str], None]:
    def happen(creditor: Creditor, today: date, at: datetime, by: str) -> None:
        account = Account.objects.get(creditor=creditor, number=number)
        agree_terms(
            account=account,
            text=agreement.terms,
            first_date=today,
            why=agreement.why,
            today=today,
            at=at,
            by=by,
        )
        sheet = sheet_of(account, on=today)
        make_link(
            account=account,
            shown=Shown(sheet.language, sheet.text),
            last_date=today + timedelta(days=LINK_DAYS),
            today=today,
            at=at,
            by=by,
        )

    return happen


def _accept(customer: Customer) -> Callable[[Creditor, date, datetime, str], None]:
    def happen(creditor: Creditor, today: date, at: datetime, by: str) -> None:
        account = Account.objects.get(creditor=creditor, number=customer.number)
        link = account.terms_links.get()
        accept_by_link(link=link, person=customer.named.person, today=today, at=at)

    return happen
