"""Terms of an account as tests of pages need them: a sheet, a link, an acceptance."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from recoup.books.accept import Shown, make_link
from recoup.books.models import Account, TermsLink
from recoup.jobs.terms_sheet import sheet_of


def shown(account: Account, today: date, language: str = "") -> Shown:
    """The words of an account's sheet."""
    sheet = sheet_of(account, on=today, language=language)
    return Shown(sheet.language, sheet.text)


def offered(
    account: Account, today: date, at: datetime, *, days: int = 30, language: str = ""
) -> TermsLink:
    """A link to them that opens so many days."""
    return make_link(
        account=account,
        shown=shown(account, today, language),
        last_date=today + timedelta(days=days),
        today=today,
        at=at,
        by="vera",
    )
