"""`recoup charges`: what being late has cost, what is to be charged, and giving it up."""

from __future__ import annotations

from datetime import date, timedelta

import click
import polars as pl

from recoup.books import charge as door
from recoup.books.models import Charge, Creditor
from recoup.cli import clock, options, say
from recoup.cli.days import DAY
from recoup.cli.start import OnBooks
from recoup.jobs.charges import night
from recoup.jobs.charges.costs import sentences
from recoup.jobs.charges.figures import Figures, figures
from recoup.jobs.charges.ground import days_to_pay
from recoup.kernel.errors import Refusal
from recoup.kernel.money import plain

COLUMNS = {
    "account_id": "account",
    "number": "invoice",
    "kind": "kind",
    "first_date": "first_date",
    "last_date": "last_date",
    "currency_code": "currency",
    "total_minor": "total_minor",
    "per_day_minor": "per_day_minor",
    "announced_minor": "announced_minor",
    "proposed_minor": "proposed_minor",
    "posted_minor": "posted_minor",
    "waived_minor": "waived_minor",
    "rate_missing_from": "rate_missing_from",
}

# More debts than these that wait for a notice are not told one by one.
WAITING_SHOWN = 20


@click.group("charges")
def command() -> None:
    """What being late costs: told, proposed, posted, invoiced, waived."""


@command.command("list", cls=OnBooks)
@options.creditor
@options.as_of
@click.option("--account", metavar="NUMBER", help="Only this account.")
@options.as_json
def list_charges(code: str | None, as_of: date | None, account: str | None) -> None:
    """What being late has cost so far, by invoice, and what became of it."""
    creditor = options.the_creditor(code)
    day = as_of or clock.today(creditor)
    found = _figures(creditor, day, account)
    if say.is_json():
        rows = found.rows.select(pl.col(name).alias(said) for name, said in COLUMNS.items())
        told = found.waiting.select(
            "number", "from_date", "received_date", "notice_days", account="account_id"
        )
        say.program(
            {
                "creditor": creditor.code,
                "as_of": day,
                "charges": rows.to_dicts(),
                "costs_after_notice": told.to_dicts(),
            }
        )
        return
    if found.rows.is_empty():
        say.line("Being late has cost nobody anything.")
    else:
        cells = [_cells(row) for row in found.rows.iter_rows(named=True)]
        heads = ["Invoice", "What", "To", "Cur", "So far", "A day", "Told", "Waits", "Owed",
                 "Waived"]  # fmt: skip
        say.table(heads, cells, right=heads[4:])
    for kind, sentence in found.rulings.refused.items():
        say.note(f"No interest from a debtor that is {kind.word.replace('_', ' ')}: {sentence}")
    for sentence in sentences(found.waiting, found.ground, day)[:WAITING_SHOWN]:
        say.note(sentence)
    missing = found.rows.filter(pl.col("rate_missing_from").is_not_null())
    if missing.height:
        (since,) = missing.select(pl.col("rate_missing_from").min().cast(pl.String)).row(0)
        say.note(f"The rate from {since} on is not known yet; interest is counted up to then.")


def _figures(creditor: Creditor, day: date, account: str | None) -> Figures:
    accounts = None
    if account is not None:
        accounts = list(creditor.account_set.filter(number=account).values_list("pk", flat=True))
        if not accounts:
            raise Refusal("account-unknown", f"{creditor.name} has no account {account}.")
    found = figures(creditor, as_of=day, account_ids=accounts)
    if found is None:
        raise Refusal(
            "no-charges",
            f"The policy of {creditor.name} charges nothing. Publish one with a section `charges`.",
        )
    return found


def _cells(row: dict[str, object]) -> list[str]:
    currency = str(row["currency_code"])
    amounts = [
        plain(int(str(row[f"{name}_minor"])), currency)
        for name in ("total", "per_day", "announced", "proposed", "posted", "waived")
    ]
    return [str(row["number"]), str(row["kind"]), str(row["last_date"]), currency, *amounts]


@command.command("propose", cls=OnBooks)
@options.creditor
@options.as_of
@options.as_json
def propose(code: str | None, as_of: date | None) -> None:
    """What the next night would charge; nothing is written."""
    creditor = options.the_creditor(code)
    day = as_of or clock.today(creditor)
    rows = night.due(_figures(creditor, day, None), as_of=day)
    if say.is_json():
        say.program({"creditor": creditor.code, "as_of": day, "charges": rows.to_dicts()})
        return
    if rows.is_empty():
        say.line("Nothing is to be charged.")
        return
    cells = [
        [number, kind, f"{first} to {last}", plain(amount, currency), currency, state]
        for number, kind, first, last, amount, currency, state in rows.select(
            "number", "kind", "first_date", "last_date", "amount_minor", "currency", "state"
        ).rows()
    ]
    say.table(["Charge", "What", "Days", "Amount", "Cur", "Becomes"], cells, right=["Amount"])


@command.command("post", cls=OnBooks)
@click.argument("numbers", nargs=-1)
@options.creditor
@options.as_json
def post(numbers: tuple[str, ...], code: str | None) -> None:
    """Post proposed charges by their NUMBERS, or all that wait; again adds nothing."""
    creditor = options.the_creditor(code)
    waiting = Charge.objects.filter(creditor=creditor, state="proposed")
    ids = [each.pk for each in (_named(creditor, numbers) if numbers else waiting)]
    done = door.post_proposed(
        creditor=creditor,
        charge_ids=ids,
        today=clock.today(creditor),
        at=clock.now(),
        by=clock.by(),
        why="approved by a person",
    )
    if say.is_json():
        say.program({"creditor": creditor.code, "posted": done})
        return
    say.line(f"{say.count(done, 'charge')} posted.")


@command.command("invoice", cls=OnBooks)
@click.argument("numbers", nargs=-1)
@click.option("--due", type=DAY, metavar="DATE", help="Payable by; as the policy says by default.")
@options.creditor
@options.as_json
def invoice(numbers: tuple[str, ...], due: date | None, code: str | None) -> None:
    """Ask for accrued charges by their NUMBERS, or for all that accrued; again adds nothing."""
    creditor = options.the_creditor(code)
    today = clock.today(creditor)
    if due is not None and due < today:
        raise Refusal("due-passed", f"{due} is over. Name {today} or a later day.")
    accrued = Charge.objects.filter(creditor=creditor, state="accrued")
    ids = [each.pk for each in (_named(creditor, numbers) if numbers else accrued)]
    done = door.invoice(
        creditor=creditor,
        charge_ids=ids,
        due_date=due or today + timedelta(days=days_to_pay(creditor)),
        today=today,
        at=clock.now(),
        by=clock.by(),
    )
    if say.is_json():
        say.program({"creditor": creditor.code, "invoiced": done})
        return
    say.line(f"{say.count(done, 'charge')} invoiced.")


@command.command("waive", cls=OnBooks)
@click.argument("number")
@click.option("--why", required=True, help="The reason; it stays in the books.")
@options.creditor
@options.as_json
def waive(number: str, why: str, code: str | None) -> None:
    """Give a charge up by its NUMBER: it is reversed, never deleted, and not charged again."""
    creditor = options.the_creditor(code)
    (found,) = _named(creditor, (number,))
    door.waive(charge=found, why=why, today=clock.today(creditor), at=clock.now(), by=clock.by())
    if say.is_json():
        say.program({"creditor": creditor.code, "waived": number})
        return
    say.line(f"{number} is waived.")


def _named(creditor: Creditor, numbers: tuple[str, ...]) -> list[Charge]:
    found = list(Charge.objects.filter(creditor=creditor, number__in=numbers).order_by("pk"))
    unknown = set(numbers) - {each.number for each in found}
    if unknown:
        raise Refusal(
            "charge-unknown",
            f"There is no charge {sorted(unknown)[0]}. `recoup charges propose` and the account"
            " name them.",
        )
    return found
