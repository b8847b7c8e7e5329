"""`recoup creditor`: who is owed, and what they say of themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from recoup.books import register, staff
from recoup.books.models import Account, Creditor, Seat
from recoup.cli import init, login, options, say
from recoup.cli.start import OnBooks


@click.group("creditor")
def command() -> None:
    """List, add and describe creditors: one firm, or a bookkeeper's many."""


@command.command("list", cls=OnBooks)
@options.as_json
def list_() -> None:
    """List the creditors."""
    rows = [
        {
            "code": each.code,
            "name": each.name,
            "country": each.country,
            "currency": each.currency,
            "time_zone": each.time_zone,
            "policy": each.policy.name if each.policy else "standard",
            "accounts": Account.objects.filter(creditor=each).count(),
            "is_frozen": each.frozen_since is not None,
        }
        for each in Creditor.objects.select_related("policy").order_by("code")
    ]
    if say.is_json():
        say.program(rows)
        return
    say.table(
        ["Code", "Name", "Country", "Currency", "Policy", "Accounts", ""],
        [
            (
                *(str(row[name]) for name in ("code", "name", "country", "currency", "policy")),
                f"{row['accounts']:,}",
                "sending stopped" if row["is_frozen"] else "",
            )
            for row in rows
        ],
        right=["Accounts"],
        tight=["Code"],
    )


@command.command("add", cls=OnBooks)
@click.option("--name", help="The business, as its debtors know it.")
@click.option("--country", help="Its country: DE, or Germany.")
@click.option("--code", help="A short name for addresses and options; made from the name.")
@click.option("--currency", help="Its own currency; the country's by default.")
@click.option("--language", help="Its language: en, de, fr or es.")
@click.option("--time-zone", help="As Europe/Berlin; the country's by default.")
@click.option("--owner", metavar="EMAIL", help="Who serves it as owner.")
def add(owner: str | None, **said: str | None) -> None:
    """Add a creditor, with the standard policy."""
    creditor = init.add(init.Answers(**said))
    say.line(f"{creditor.name} ({creditor.code}) is there, with the standard policy.")
    if owner:
        login.say_login(login.add(owner, None, creditor, "owner"))
    elif not Seat.objects.filter(creditor=creditor).exists():
        say.line(f"Nobody serves it yet: `recoup login add EMAIL --creditor {creditor.code}`.")


def _details(function: Callable[..., None]) -> Callable[..., None]:
    """One option for each detail that may be changed."""
    for name in sorted(staff.DETAILS, reverse=True):
        words = name.replace("_", " ").replace("iban", "IBAN").replace("bic", "BIC")
        option = click.option(f"--{name.replace('_', '-')}", name, help=f"The {words}.")
        function = option(function)
    return function


@command.command("set", cls=OnBooks)
@click.argument("code", required=False)
@_details
def set_(code: str | None, **said: Any) -> None:
    """Say what debtors read about a creditor: sender, addresses, where to pay.

    An empty text takes a detail away. Messages written already stay as they are.
    """
    creditor = options.the_creditor(code)
    details = {name: value for name, value in said.items() if value is not None}
    if not details:
        raise click.UsageError("Say at least one detail, as --sender-email accounts@firm.example.")
    staff.change_details(creditor=creditor, details=details)
    say.line(f"Kept for {creditor.name}: {', '.join(sorted(details))}.")


@command.command("unfreeze", cls=OnBooks)
@click.argument("code", required=False)
def unfreeze(code: str | None) -> None:
    """Let sending go on after it was stopped. Run `recoup verify` first."""
    creditor = options.the_creditor(code)
    was_stopped = register.unfreeze(creditor=creditor)
    words = "goes on" if was_stopped else "was not stopped"
    say.line(f"Sending of {creditor.name} {words}.")
