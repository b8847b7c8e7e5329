"""`recoup law steps` and `limitation`: what is open for a debt, and until when."""

from __future__ import annotations

from datetime import date

import click

from recoup.books import lookup, note
from recoup.books.models import Account, OpenItem
from recoup.cli import clock, options, say
from recoup.cli.days import DAY
from recoup.cli.explain import account_of
from recoup.cli.start import OnBooks
from recoup.jobs.lawful import MONTHS_MAX, Lawful, LawfulDebt, lawful, limitation_watch
from recoup.kernel.errors import Refusal
from recoup.kernel.money import from_plain
from recoup.law.debt import Happened
from recoup.law.step import State, Step

MARKS = {
    State.OPEN: "✓",
    State.DONE: "●",
    State.LATER: "…",
    State.NEVER: "✗",
    State.UNKNOWN: "?",
}
# Reminders are recorded by sending them.
NOTED = [each.value for each in Happened if each not in note.BY_PROGRAMS]
NO_ADVICE = "Facts from law documents, not legal advice."


@click.command("steps", cls=OnBooks)
@click.argument("account")
@options.creditor
@options.as_of
@options.as_json
def next_steps(account: str, code: str | None, as_of: date | None) -> None:
    """Say which steps are open for each debt of ACCOUNT, which not yet or never, and why.

    ACCOUNT is its number, or enough of its name to mean one only.
    """
    creditor = options.the_creditor(code)
    found = lawful(account_of(creditor, account), as_of=as_of or clock.today(creditor))
    if say.is_json():
        say.program(_program(found))
    else:
        _show(found)


def _show(found: Lawful) -> None:
    account = found.account
    say.line(f"{account.number} {account.name}, {found.as_of:%A %d %B %Y}", style="bold")
    if found.laws is None:
        say.line(f"There is no law document for {account.debtor.country or 'this place'}.")
        return
    for each in found.debts:
        owed = say.money(each.debt.amount_minor, each.debt.currency)
        say.line()
        say.line(
            f"{each.item.document.number}: {owed} {each.debt.currency}, due"
            f" {each.debt.due_date:%d %B %Y}",
            style="bold",
        )
        say.line(f"  {each.limitation.sentence}")
        for step in each.steps:
            say.line(f"  {MARKS[step.state]} {step.title}: {_said(step)}")
    say.line()
    say.line(NO_ADVICE)


def _said(step: Step) -> str:
    day = f"from {step.from_date:%d %B %Y}. " if step.from_date else ""
    amount = ""
    if step.amount_minor is not None:
        of = "fee " if step.is_for_court else ""
        amount = f" ({of}{say.money(step.amount_minor, step.currency)} {step.currency})"
    cited = f" [{step.law}: {step.citation}]" if step.citation else ""
    unsigned = " Not signed by a lawyer." if step.is_for_court and not step.is_signed else ""
    return f"{day}{step.why}{amount}{cited}{unsigned}"


def _program(found: Lawful) -> dict[str, object]:
    return {
        "account": found.account.number,
        "name": found.account.name,
        "as_of": found.as_of,
        "laws": [] if found.laws is None else _codes(found),
        "debts": [_debt(each) for each in found.debts],
    }


def _codes(found: Lawful) -> list[str]:
    assert found.laws is not None
    laws = (found.laws.contract, found.laws.place, found.laws.home)
    return list(dict.fromkeys(each.code for each in laws))


def _debt(each: LawfulDebt) -> dict[str, object]:
    return {
        "number": each.item.document.number,
        "currency": each.debt.currency,
        "open_minor": each.debt.amount_minor,
        "due_date": each.debt.due_date,
        "limitation": {
            "last_date": each.limitation.last_date,
            "is_verified": each.limitation.is_verified,
            "perhaps_until": each.limitation.perhaps_until,
            "sentence": each.limitation.sentence,
        },
        "steps": [_step(step) for step in each.steps],
    }


def _step(step: Step) -> dict[str, object]:
    return {
        "code": step.code,
        "state": step.state.value,
        "from_date": step.from_date,
        "why": step.why,
        "amount_minor": step.amount_minor,
        "is_for_court": step.is_for_court,
        "law": step.law,
        "citation": step.citation,
        "is_verified": step.is_verified,
        "is_lawyer_signed": step.is_signed,
    }


@click.command("happened", cls=OnBooks)
@click.argument("account")
@click.argument("what", type=click.Choice(NOTED), metavar="WHAT")
@click.option("--on", "day", type=DAY, metavar="DATE", help="The day; today by default.")
@click.option("--until", type=DAY, metavar="DATE", help="The last day of negotiations.")
@click.option(
    "--invoice", metavar="NUMBER", help="Only of this one; of all that is owed otherwise."
)
@click.option("--received", type=DAY, metavar="DATE", help="When a notice of costs was received.")
@click.option("--names", metavar="AMOUNT", help="The costs that the notice names, as 1234.50.")
@click.option("--note", "words", default="", metavar="WORDS", help="Anything worth keeping.")
@options.creditor
@options.as_json
def happened(
    account: str, what: str, day: date | None, until: date | None, invoice: str | None,
    received: date | None, names: str | None, words: str, code: str | None,
) -> None:  # fmt: skip
    """Record what happened to the debts of ACCOUNT, such as a costs_notice; again adds nothing.

    Collection costs are charged where the law wants a notice only after one that was received and
    names them. It is taken back on the page of the account.
    """
    creditor = options.the_creditor(code)
    found, today = account_of(creditor, account), clock.today(creditor)
    item = _item(found, invoice) if invoice else None
    currency = item.currency if item else creditor.currency
    event = note.note_event(
        account=found,
        new=note.NewEvent(
            kind=Happened(what),
            event_date=day or today,
            last_date=until,
            open_item=item,
            note=words,
            received_date=received,
            names_minor=from_plain(names, currency) if names else None,
        ),
        today=today,
        at=clock.now(),
        by=clock.by(),
    )
    if say.is_json():
        say.program({"account": found.number, "event": event.pk, "what": what})
        return
    say.line(f"{event.title} on {event.event_date:%d %B %Y} is recorded for {found.number}.")


def _item(account: Account, number: str) -> OpenItem:
    mine = OpenItem.objects.filter(account=account, document__number=number, open_minor__gt=0)
    item = mine.order_by("due_date", "pk").first()
    if item is None:
        raise Refusal("item-unknown", f"{account.number} has nothing open that is named {number}.")
    return item


@click.command("limitation", cls=OnBooks)
@options.creditor
@click.option(
    "--months",
    type=click.IntRange(0, MONTHS_MAX),
    metavar="N",
    help="So many months ahead; as many as each law document warns by default.",
)
@options.as_of
@options.as_json
def limitation(code: str | None, months: int | None, as_of: date | None) -> None:
    """List the open items on which time has run out, or soon will."""
    creditor = options.the_creditor(code)
    day = as_of or clock.today(creditor)
    found = limitation_watch(creditor, as_of=day, months=months)
    numbers = lookup.numbers_of(found["item_id"].to_list())
    names = {each: rest for each, *rest in lookup.account_names(creditor.pk).iter_rows()}
    rows = [
        {
            "document": numbers[row["item_id"]],
            "account": names[row["account_id"]][0],
            "name": names[row["account_id"]][1],
            "currency": row["currency"],
            "open_minor": row["open_minor"],
            "due_date": row["due_date"],
            "last_date": row["last_date"],
            "standing": row["standing"],
            "is_verified": row["is_verified"],
            "sentence": row["sentence"],
        }
        for row in found.iter_rows(named=True)
    ]
    if say.is_json():
        say.program({"as_of": day, "items": rows})
        return
    if not rows:
        say.line("Time runs out on nothing that is open.")
        return
    cells = [
        [
            str(row["document"]),
            str(row["account"]),
            str(row["name"]),
            say.money(int(str(row["open_minor"])), str(row["currency"])),
            str(row["currency"]),
            str(row["last_date"]),
            ("run out" if row["standing"] == "run_out" else "soon")
            + ("" if row["is_verified"] else ", not verified"),
        ]
        for row in rows
    ]
    heads = ["Document", "Account", "Name", "Open", "Cur", "Last day", "State"]
    say.table(heads, cells, right=["Open"])
    say.note(NO_ADVICE)
