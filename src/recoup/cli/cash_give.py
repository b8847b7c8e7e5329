"""`recoup cash write-off` and `refund`: done up to the limit of one person, above it asked for."""

from __future__ import annotations

import click

from recoup.books.models import Creditor, MoneyRequest, OpenItem, StatementLine
from recoup.cli import clock, options, say
from recoup.cli.start import OnBooks
from recoup.jobs import give_up
from recoup.jobs.settlement import Act
from recoup.kernel.errors import Refusal

WHY = click.option("--why", required=True, metavar="REASON", help="Why; kept with the posting.")


@click.command("write-off", cls=OnBooks)
@click.argument("document", metavar="DOCUMENT")
@click.option("--account", metavar="NUMBER", help="Whose, where two documents share the number.")
@click.option("--charges", is_flag=True, help="As bank charges, not as a write-off.")
@WHY
@options.creditor
@options.as_json
def write_off(
    document: str, account: str | None, charges: bool, why: str, code: str | None
) -> None:
    """Give up what is open of DOCUMENT; above what one person may, it waits for a second one."""
    creditor = options.the_creditor(code)
    item = _item(creditor, document, account)
    amount, currency = item.open_minor, item.currency
    kind = "bank_charges" if charges else "write_off"
    asked = give_up.give_up(item, amount_minor=amount, kind=kind, act=_act(creditor, why))
    _say(asked, f"{say.money(amount, currency)} {currency} of {document} given up.")


@click.command("refund", cls=OnBooks)
@click.argument("line_id", metavar="LINE", type=int)
@WHY
@options.creditor
@options.as_json
def refund(line_id: int, why: str, code: str | None) -> None:
    """Note that what is not applied of LINE was paid back; much of it waits for a second person."""
    creditor = options.the_creditor(code)
    found = StatementLine.objects.select_related("receipt__account")
    line = found.filter(creditor=creditor, pk=line_id).exclude(receipt=None).first()
    if line is None or line.receipt is None:
        raise Refusal(
            "line-not-applied",
            f"There is no payment {line_id} on an account. Put it on account first.",
        )
    amount, currency = line.receipt.unapplied_minor, line.currency
    asked = give_up.refund(line.receipt, amount_minor=amount, act=_act(creditor, why))
    done = f"{say.money(amount, currency)} {currency} noted as paid back to"
    _say(asked, f"{done} {line.receipt.account.number}; nothing leaves your bank from here.")


def _say(asked: MoneyRequest | None, done: str) -> None:
    if say.is_json():
        say.program({"is_done": asked is None, "request": asked and asked.pk})
    elif asked is None:
        say.line(done)
    else:
        say.line(f"More than one person may give away alone: request {asked.pk} waits for another.")


def _item(creditor: Creditor, document: str, account: str | None) -> OpenItem:
    """The one open item of a document, or why it is not one."""
    items = OpenItem.objects.filter(
        creditor=creditor, document__number=document, open_minor__gt=0
    ).select_related("creditor")
    found = list((items.filter(account__number=account) if account else items)[:2])
    if not found:
        raise Refusal("document-unknown", f"Nothing is open of a document {document}.")
    if len(found) > 1:
        raise Refusal(
            "document-ambiguous",
            f"More than one item of {document} is open. Name --account, or use the account's page.",
        )
    return found[0]


def _act(creditor: Creditor, why: str) -> Act:
    return Act(today=clock.today(creditor), at=clock.now(), by=clock.by(), why=why)
