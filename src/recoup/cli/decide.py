"""`recoup decide`: what would go out on a day, and what not and why; nothing is written."""

from __future__ import annotations

from datetime import date

import click
import polars as pl

from recoup.books.models import Account
from recoup.cli import clock, decided, options, say
from recoup.cli.start import OnBooks
from recoup.engine.tallies import TALLIES
from recoup.jobs.decide import Decision, decide
from recoup.kernel.money import currency_code

SHOWN = 25


@click.command("decide", cls=OnBooks)
@options.creditor
@options.as_of
@click.option("--all", "is_all", is_flag=True, help=f"Every message, not the first {SHOWN}.")
@options.as_json
def command(code: str | None, as_of: date | None, is_all: bool) -> None:
    """Show what would go out on a day, and what would not and why; nothing is written."""
    creditor = options.the_creditor(code)
    day = as_of or clock.today(creditor)
    decision = decide(creditor, as_of=day)
    if say.is_json():
        say.program(as_program(decision))
        return
    say.line(f"{creditor.name}, {day:%A %d %B %Y}: a look, nothing is written", style="bold")
    actions = decision.decisions.actions
    cleared = actions.filter(pl.col("blocked_bits") == 0)
    _show_tallies(decision)
    _show_messages(decision, cleared, len(cleared) if is_all else SHOWN)
    decided.show_withheld(decided.withheld(actions), actions.height - cleared.height)


def _show_tallies(decision: Decision) -> None:
    rows = [
        (
            currency_code(row["currency"]),
            f"{row['accounts']:,}",
            f"{row['items']:,}",
            say.money(row["balance_minor"], currency_code(row["currency"])),
            say.money(row["overdue_minor"], currency_code(row["currency"])),
            f"{row['messages']:,}",
            say.money(row["asked_minor"], currency_code(row["currency"])),
        )
        for row in decision.decisions.tallies.iter_rows(named=True)
    ]
    head = ["", "Accounts", "Items", "Owed", "Overdue", "Messages", "Asked for"]
    say.table(head, rows, right=head[1:], tight=[""])


def _named(decision: Decision, cleared: pl.DataFrame) -> list[dict[str, object]]:
    """The cleared actions with what people call things, the most urgent first."""
    wanted = cleared.sort("priority", "account_id", descending=[True, False])
    accounts = Account.objects.filter(creditor=decision.creditor).in_bulk(
        wanted["account_id"].unique().to_list()
    )
    return [
        {
            "account": accounts[row["account_id"]].number,
            "name": accounts[row["account_id"]].name,
            "currency": currency_code(row["currency"]),
            "step": decision.rulebook.step_name(row["ladder"], row["step"]),
            "asked_minor": row["asked_minor"],
            "days_past_due": row["days_past_due"],
            "items": row["lines"],
        }
        for row in wanted.iter_rows(named=True)
    ]


def _show_messages(decision: Decision, cleared: pl.DataFrame, shown: int) -> None:
    if cleared.is_empty():
        say.line("Nothing would go out.")
        say.line()
        return
    rows = _named(decision, cleared)
    say.table(
        ["Account", "Name", "Message", "Days late", "Asks for", ""],
        [
            (
                str(row["account"]),
                str(row["name"]),
                str(row["step"]),
                str(row["days_past_due"]),
                say.money(int(str(row["asked_minor"])), str(row["currency"])),
                str(row["currency"]),
            )
            for row in rows[:shown]
        ],
        title=f"Would go out: {say.count(len(rows), 'message')}",
        right=["Days late", "Asks for"],
        tight=["Account", ""],
    )
    if len(rows) > shown:
        say.line(f"{len(rows) - shown:,} more; --all shows every one.")
        say.line()


def as_program(decision: Decision) -> dict[str, object]:
    """The decision for programs."""
    actions = decision.decisions.actions
    return {
        "creditor": decision.creditor.code,
        "as_of": decision.bundle.facts.as_of,
        "bundle": decision.bundle.fingerprint(),
        "policy": decision.rulebook.version,
        "tallies": {
            currency_code(row["currency"]): {name: row[name] for name in list(TALLIES.columns)[1:]}
            for row in decision.decisions.tallies.iter_rows(named=True)
        },
        "messages": _named(decision, actions.filter(pl.col("blocked_bits") == 0)),
        "withheld": decided.as_json(decided.withheld(actions)),
    }
