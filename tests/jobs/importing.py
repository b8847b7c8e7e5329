"""Small files written here, taken in as a person would."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

from recoup.books.models import Creditor, SourceFile
from recoup.jobs import intake

AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 3)

INVOICES = """\
account_number,account_name,email,kind,number,issue_date,due_date,currency,total,open
K1,Ahorn GmbH,zahlung@ahorn.example,invoice,R-1,2026-01-05,2026-02-04,EUR,100.00,100.00
K1,Ahorn GmbH,zahlung@ahorn.example,invoice,R-2,2026-01-20,2026-02-19,EUR,250.00,50.00
K1,Ahorn GmbH,zahlung@ahorn.example,credit_note,G-1,2026-02-01,,EUR,30.00,30.00
K2,Birke KG,,invoice,R-3,2026-02-20,2026-03-22,EUR,80.00,80.00
"""


def received(creditor: Creditor, text: str, name: str = "list.csv") -> SourceFile:
    """The file as it came in."""
    return intake.receive(creditor, name=name, stream=io.BytesIO(text.encode()), at=AT, by="vera")


def imported(creditor: Creditor, text: str, today: date = TODAY, **answers) -> intake.Imported:
    """The file taken in, on a day."""
    return intake.import_file(
        received(creditor, text),
        declared=intake.declared_from(answers),
        today=today,
        latest=TODAY,
        at=AT,
        by="vera",
        dry_run=bool(answers.pop("dry_run", False)),
    )
