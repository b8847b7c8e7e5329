"""The door of bank accounts, statements and their lines."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
from django.db import connection, transaction

from recoup.books import bulk
from recoup.books.models import BankAccount, Creditor, SourceFile, Statement, StatementLine
from recoup.books.query import any_of, execute, frame, is_postgresql, many, rows
from recoup.kernel.errors import Refusal
from recoup.kernel.folding import folded
from recoup.kernel.frames import Frame

# One row per booked line; what a bank does not say is null.
LINES = Frame(
    "bank lines",
    {
        "position": pl.Int64,
        "key": pl.String,
        "booked_date": pl.Date,
        "value_date": pl.Date,
        "amount_minor": pl.Int64,
        "currency": pl.String,
        "counterparty_name": pl.String,
        "counterparty_account": pl.String,
        "counterparty_bic": pl.String,
        "remittance": pl.String,
        "structured_reference": pl.String,
        "end_to_end_id": pl.String,
        "mandate_id": pl.String,
        "bank_reference": pl.String,
        "is_return": pl.Boolean,
        "reason": pl.String,
        "charges_minor": pl.Int64,
        "original_currency": pl.String,
        "original_minor": pl.Int64,
    },
)
# What a search for a payment looks at.
SEARCHED = ("counterparty_name", "remittance", "structured_reference")
_TEXT_MAX = {
    "key": 200,
    "counterparty_name": 300,
    "counterparty_account": 60,
    "counterparty_bic": 20,
    "structured_reference": 300,
    "end_to_end_id": 100,
    "mandate_id": 100,
    "bank_reference": 100,
    "reason": 300,
    "original_currency": 3,
}


def open_bank_account(
    *, creditor: Creditor, key: str, iban: str = "", bic: str = "", name: str = "", currency: str
) -> BankAccount:
    """The bank account of this key, made when there is none."""
    account, _ = BankAccount.objects.get_or_create(
        creditor=creditor,
        key=key[:100],
        defaults={
            "iban": iban[:34],
            "bic": bic[:11],
            "name": name[:200],
            "currency": currency,
        },
    )
    return account


def post_statement(*, statement: Statement, lines: pl.DataFrame) -> tuple[int, int]:
    """Keep a statement and those of its lines that we do not have: (new, known).

    The statement comes unsaved. A statement known already adds nothing, whichever file brought it.
    """
    rows = LINES.check(lines)
    with transaction.atomic():
        account = BankAccount.objects.select_for_update().get(pk=statement.bank_account_id)
        if Statement.objects.filter(bank_account=account, key=statement.key).exists():
            return 0, rows.height
        rows = _apart(account, statement, rows)
        fresh = rows.join(_known(account, rows), on="key", how="anti", maintain_order="left")
        statement.save(force_insert=True)
        _insert(statement, fresh)
        _extend(account, statement)
    return fresh.height, rows.height - fresh.height


def _known(account: BankAccount, rows: pl.DataFrame) -> pl.DataFrame:
    sql = f"SELECT key FROM books_statementline WHERE bank_account_id = %s AND {any_of('key')}"
    keys = [key[:200] for key in rows["key"]]
    return frame(sql, [account.pk, many(keys)], {"key": pl.String})


# A key by content ends with a digest of this length and which of its equals the line is.
_DIGEST = 32
_KNOWN_OF = """
SELECT l.key FROM books_statementline l JOIN books_statement s ON s.id = l.statement_id
WHERE l.bank_account_id = %s AND {keys} AND (
    (s.closing_minor = %s AND s.to_date <= %s) OR (s.opening_minor = %s AND s.from_date >= %s)
)
"""


def _apart(account: BankAccount, statement: Statement, rows: pl.DataFrame) -> pl.DataFrame:
    """The lines, where equal ones of the statement just before or after are others than these.

    Where one statement ends on the balance that the next begins with, none of their lines is the
    same, however alike: a second equal payment of a day is not lost. References that the bank
    promises to be unique are trusted.
    """
    if not statement.is_checked or statement.from_date is None or statement.to_date is None:
        return rows
    equals = _KNOWN_OF.format(keys=any_of("l.key"))
    known = frame(
        equals,
        [
            account.pk,
            many([key[:200] for key in rows["key"]]),
            statement.opening_minor,
            statement.from_date,
            statement.closing_minor,
            statement.to_date,
        ],
        {"key": pl.String},
    )["key"].to_list()
    taken, named = set(rows["key"]), {}
    for key in known:
        stem = key.rpartition("/")[0]
        if len(stem.rpartition("/")[2]) != _DIGEST:
            continue
        equal = StatementLine.objects.filter(bank_account=account, key__startswith=f"{stem}/")
        number = equal.count() + 1
        while f"{stem}/{number}" in taken:
            number += 1
        named[key] = f"{stem}/{number}"
        taken.add(named[key])
    return rows.with_columns(pl.col("key").replace(named)) if named else rows


def _insert(statement: Statement, fresh: pl.DataFrame) -> None:
    is_receipt = (pl.col("amount_minor") > 0) & ~pl.col("is_return")
    bulk.insert(
        StatementLine,
        fresh.with_columns(
            bulk.next_ids(StatementLine, fresh.height),
            *(pl.col(name).fill_null("").str.slice(0, size) for name, size in _TEXT_MAX.items()),
            pl.col("remittance").fill_null(""),
            pl.lit(statement.creditor_id).alias("creditor_id"),
            pl.lit(statement.bank_account_id).alias("bank_account_id"),
            pl.lit(statement.pk).alias("statement_id"),
            pl.lit("").alias("ignored_reason"),
            search_text=pl.Series(_searched(fresh), dtype=pl.String),
            state=pl.when(is_receipt).then(pl.lit("open")).otherwise(pl.lit("other")),
        ),
    )


def _searched(lines: pl.DataFrame) -> list[str]:
    said = lines.select(pl.col(name).fill_null("") for name in SEARCHED)
    return [folded(" ".join(words)) for words in said.rows()]


def _extend(account: BankAccount, statement: Statement) -> None:
    """Move on the day that bank data cover."""
    until = statement.to_date
    if until is None or (account.data_until is not None and until < account.data_until):
        return
    BankAccount.objects.filter(pk=account.pk).update(
        data_until=until, closing_minor=statement.closing_minor
    )
    # A statement of later days says that the account is in use after all.
    BankAccount.objects.filter(pk=account.pk, closed_date__lt=until).update(closed_date=None)


def note_gap(account: BankAccount) -> str:
    """Say of a bank account whether a statement is missing: the first place, or nothing."""
    accepted = {each[0] for each in account.gaps_accepted or ()}
    gap = next((each for each in gaps(account.pk) if each not in accepted), "")
    BankAccount.objects.filter(pk=account.pk).update(gap=gap)
    return gap


def gaps(account_id: int) -> list[str]:
    """Every place where a statement of a bank account is missing, accepted or not, in words.

    A statement goes on where one before it ended, in whatever order the files came; one whose
    days overlap with those before it is not missing anything.
    """
    known = Statement.objects.filter(
        bank_account=account_id, opening_minor__isnull=False, closing_minor__isnull=False
    ).exclude(to_date=None)
    chain = known.order_by("to_date", "from_date", "sequence", "pk").values_list(
        "from_date", "to_date", "opening_minor", "closing_minor"
    )
    found: list[str] = []
    until: date | None = None
    closings: set[int | None] = set()
    for first, last, opening, closing in chain:
        begins = first or last or date.max
        is_later = until is None or begins >= until
        if until is not None and is_later and opening not in closings:
            found.append(
                f"Between {until} and {begins} a statement is missing: the balances do not meet."
            )
        if last != until:
            closings = set()
        until = last
        closings.add(closing)
    return found


def has_bank_gap(creditor: Creditor) -> bool:
    """Whether a statement is missing in any bank account: what it says is not known here."""
    return BankAccount.objects.filter(creditor=creditor).exclude(gap="").exists()


def accept_gap(*, account: BankAccount, why: str, at: datetime, by: str) -> str:
    """A person says that nothing is missing where a gap shows; the next gap, or nothing."""
    if not why.strip():
        raise Refusal("reason-missing", "Say why nothing is missing: it is kept with the account.")
    with transaction.atomic():
        held = BankAccount.objects.select_for_update().get(pk=account.pk)
        if not held.gap:
            raise Refusal("no-gap", "No statement of this account is missing. Reload the page.")
        told = [held.gap, why.strip()[:200], by, at.isoformat()]
        held.gaps_accepted = [*(held.gaps_accepted or ()), told]
        held.save(update_fields=["gaps_accepted"])
        return note_gap(held)


def close_bank_account(*, account: BankAccount, today: date, by: str, why: str) -> None:
    """No statement of this account is waited for any more; a later one opens it again."""
    if not why.strip():
        raise Refusal("reason-missing", "Say why no more statements come.")
    with transaction.atomic():
        BankAccount.objects.filter(pk=account.pk).update(
            closed_date=today, closed_why=why.strip()[:200], closed_by=by
        )
        note_bank_data(creditor=account.creditor)


def reopen_bank_account(*, account: BankAccount) -> None:
    """Statements of this account are waited for again."""
    with transaction.atomic():
        BankAccount.objects.filter(pk=account.pk).update(closed_date=None)
        note_bank_data(creditor=account.creditor)


def note_bank_data(*, creditor: Creditor) -> date | None:
    """The day up to which every bank account in use is known; kept for the gate."""
    accounts = BankAccount.objects.filter(creditor=creditor)
    days = list(accounts.filter(closed_date=None).values_list("data_until", flat=True))
    until = None if not days or None in days else min(day for day in days if day is not None)
    if until is not None or (not days and accounts.exists()):
        Creditor.objects.filter(pk=creditor.pk).update(bank_data_until=until)
    return until


def unsaved_statement(
    *,
    account: BankAccount,
    source_file: SourceFile,
    key: str,
    facts: dict[str, object],
) -> Statement:
    """A statement to be posted, from what its reader said of it."""
    return Statement(
        creditor_id=account.creditor_id,
        bank_account=account,
        source_file=source_file,
        key=key[:200],
        **facts,
    )


def ignore_line(*, line: StatementLine, reason: str) -> bool:
    """Leave a line out of cash application, with the person's reason; False when it moved on."""
    if not reason.strip():
        raise Refusal("reason-missing", "A payment is left out for a reason. Say why.")
    changed = StatementLine.objects.filter(pk=line.pk, state="open").update(
        state="ignored", ignored_reason=reason[:200]
    )
    return bool(changed)


def reopen_line(*, line: StatementLine) -> bool:
    """Take a left-out line back to the list; the reason stays: no rule leaves it out again."""
    changed = StatementLine.objects.filter(pk=line.pk, state="ignored").update(state="open")
    return bool(changed)


def mark_applied(*, receipts: pl.DataFrame) -> None:
    """Tie lines to the receipts made of them: `line_id`, `receipt_id`."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE books_statementline SET state = 'applied', receipt_id = %s "
            "WHERE id = %s AND state = 'open'",
            receipts.select("receipt_id", "line_id").rows(),
        )


def hold_lines(line_ids: list[int]) -> None:
    """Lock lines in the order of their ids, as whoever settles them does.

    On SQLite the transaction itself is the lock.
    """
    if is_postgresql():
        sql = f"SELECT id FROM books_statementline WHERE {any_of('id')} ORDER BY id"
        rows(f"{sql} FOR NO KEY UPDATE", [many(line_ids)])


_SURE = """
UPDATE books_statementline SET sure_ppm = (
    SELECT p.confidence_ppm FROM books_proposal p
    WHERE p.line_id = books_statementline.id AND p.rank = 1
) WHERE {lines} AND COALESCE(sure_ppm, -1) <> COALESCE((
    SELECT p.confidence_ppm FROM books_proposal p
    WHERE p.line_id = books_statementline.id AND p.rank = 1
), -1)
"""


def note_sureness(*, line_ids: list[int]) -> None:
    """Keep with each line how sure its best suggestion is, as it stands now."""
    execute(_SURE.format(lines=any_of("id")), [many(line_ids)])
