"""`recoup cash`: what came in is applied, proposed, accepted and taken back."""

from __future__ import annotations

import click

from recoup.books import second
from recoup.books.models import Creditor, MoneyRequest, Proposal, StatementLine
from recoup.cli import cash_advice, cash_give, clock, options, say
from recoup.cli.start import OnBooks
from recoup.engine.matching.frames import reason_codes
from recoup.jobs import cash
from recoup.kernel.errors import Refusal

SHOWN = 25


@click.group("cash")
def command() -> None:
    """Money that came in: applied, proposed, taken back."""


command.add_command(cash_advice.command)
command.add_command(cash_give.write_off)
command.add_command(cash_give.refund)


@command.command("match", cls=OnBooks)
@options.creditor
@options.as_json
def match(code: str | None) -> None:
    """Think over every payment that is not applied: post the certain, propose for the rest."""
    creditor = options.the_creditor(code)
    policy = cash.policy_of(creditor, today=clock.today(creditor))
    done = cash.match(creditor, act=_act(creditor, "cash match"), policy=policy)
    if say.is_json():
        say.program(
            {
                "creditor": creditor.code,
                "posted": done.posted,
                "proposed": done.proposed,
                "unidentified": done.unidentified,
            }
        )
        return
    say.line(
        f"{say.count(done.posted, 'payment')} applied, {done.proposed:,} with a proposal, "
        f"{done.unidentified:,} that nobody is known for."
    )
    if done.proposed or done.unidentified:
        say.note("`recoup cash list` shows what waits.")


@command.command("list", cls=OnBooks)
@options.creditor
@click.option("--all", "is_all", is_flag=True, help=f"Every payment, not the first {SHOWN}.")
@options.as_json
def list_lines(code: str | None, is_all: bool) -> None:
    """What came in and is not applied, the latest first, with the best proposal for each."""
    creditor = options.the_creditor(code)
    waiting = StatementLine.objects.filter(creditor=creditor, state="open").order_by(
        "-booked_date", "pk"
    )
    shown = list(waiting if is_all else waiting[:SHOWN])
    best: dict[int, Proposal] = {
        each.line_id: each
        for each in Proposal.objects.filter(line__in=shown, rank=1).select_related("account")
    }
    total = waiting.count()
    if say.is_json():
        lines = [_as_program(line, best.get(line.pk)) for line in shown]
        say.program({"creditor": creditor.code, "waiting": total, "lines": lines})
        return
    if not shown:
        say.line("Every payment is applied.")
        return
    cells = [_cells(line, best.get(line.pk)) for line in shown]
    heads = ["Line", "Booked", "Amount", "Cur", "From", "Maybe for", "Sure"]
    say.table(heads, cells, right=["Line", "Amount", "Sure"], tight=["Booked"])
    if total > len(shown):
        say.line(f"{total - len(shown):,} more; --all shows them.")


def _cells(line: StatementLine, best: Proposal | None) -> tuple[str, ...]:
    return (
        str(line.pk),
        line.booked_date.isoformat(),
        say.money(line.amount_minor, line.currency),
        line.currency,
        line.counterparty_name or line.remittance[:40],
        f"{best.account.number} {best.account.name}" if best else "nobody known",
        f"{best.confidence_ppm // 10_000} %" if best else "",
    )


def _as_program(line: StatementLine, best: Proposal | None) -> dict[str, object]:
    return {
        "line": line.pk,
        "booked_date": line.booked_date,
        "amount_minor": line.amount_minor,
        "currency": line.currency,
        "counterparty_name": line.counterparty_name,
        "remittance": line.remittance,
        "proposal": best
        and {
            "account": best.account.number,
            "kind": best.kind,
            "confidence_ppm": best.confidence_ppm,
            "combinations": best.combinations,
            "residual_minor": best.residual_minor,
            "residual_kind": best.residual_kind,
            "reasons": reason_codes(best.reason_bits),
        },
    }


@command.command("accept", cls=OnBooks)
@click.argument("line_id", metavar="LINE", type=int)
@options.creditor
@click.option("--rank", type=click.IntRange(1), default=1, help="Which proposal; the first.")
@options.as_json
def accept(line_id: int, code: str | None, rank: int) -> None:
    """Post what is proposed for LINE, and learn who pays so."""
    creditor = options.the_creditor(code)
    line = _line(creditor, line_id)
    proposal = Proposal.objects.select_related("account").filter(line=line, rank=rank).first()
    if proposal is None:
        raise Refusal(
            "proposal-missing",
            f"Line {line_id} has no proposal {rank}. `recoup cash match` thinks it over.",
        )
    receipt = cash.accept(proposal, act=_act(creditor, "accepted"))
    account = proposal.account
    if say.is_json():
        say.program({"line": line_id, "receipt": receipt.pk, "account": account.number})
    else:
        amount = say.money(receipt.amount_minor, receipt.currency)
        say.line(f"{amount} {receipt.currency} applied for {account.number} {account.name}.")


@command.command("undo", cls=OnBooks)
@click.argument("line_id", metavar="LINE", type=int)
@options.creditor
@click.option("--why", required=True, metavar="REASON", help="Why it is taken back.")
@options.as_json
def undo(line_id: int, code: str | None, why: str) -> None:
    """Take the application of LINE back; everything it paid is open again."""
    creditor = options.the_creditor(code)
    cash.undo(_line(creditor, line_id), act=_act(creditor, why))
    if say.is_json():
        say.program({"line": line_id, "state": "open"})
    else:
        say.line(f"Line {line_id} is taken back and waits to be applied.")


@command.command("requests", cls=OnBooks)
@options.creditor
@options.as_json
def list_requests(code: str | None) -> None:
    """Write-offs and refunds above what one person may give away: they wait for a second one."""
    creditor = options.the_creditor(code)
    found = MoneyRequest.objects.filter(creditor=creditor, state="waiting").select_related(
        "account"
    )
    waiting = list(found.order_by("pk"))
    if say.is_json():
        rows = [
            {
                "request": each.pk,
                "kind": each.kind,
                "account": each.account.number,
                "amount_minor": each.amount_minor,
                "currency": each.currency,
                "limit_minor": each.limit_minor,
                "why": each.why,
                "proposed_by": each.proposed_by,
            }
            for each in waiting
        ]
        say.program({"creditor": creditor.code, "requests": rows})
        return
    if not waiting:
        say.line("Nothing waits for a second person.")
        return
    cells = [
        (
            str(each.pk),
            each.get_kind_display(),
            f"{each.account.number} {each.account.name}",
            say.money(each.amount_minor, each.currency),
            each.currency,
            each.proposed_by,
            each.why,
        )
        for each in waiting
    ]
    heads = ["Request", "What", "Account", "Amount", "Cur", "Asked by", "Why"]
    say.table(heads, cells, right=["Request", "Amount"])


@command.command("approve", cls=OnBooks)
@click.argument("request_id", metavar="REQUEST", type=int)
@options.creditor
@click.option("--why", default="", metavar="REASON", help="Again, where nobody else may decide.")
def approve(request_id: int, code: str | None, why: str) -> None:
    """Agree to REQUEST as a second person: it is posted. Whoever asked for it cannot."""
    creditor = options.the_creditor(code)
    found = second.approve(
        request=_request(creditor, request_id),
        today=clock.today(creditor),
        at=clock.now(),
        by=clock.by(),
        why=why,
    )
    say.line(
        f"{found.get_kind_display().capitalize()} of"
        f" {say.money(found.amount_minor, found.currency)} {found.currency} posted."
    )


@command.command("decline", cls=OnBooks)
@click.argument("request_id", metavar="REQUEST", type=int)
@options.creditor
@click.option("--why", required=True, metavar="REASON", help="Why it is not posted.")
def decline(request_id: int, code: str | None, why: str) -> None:
    """Decline REQUEST: nothing is posted, and whoever asked reads why."""
    creditor = options.the_creditor(code)
    second.decline(
        request=_request(creditor, request_id),
        today=clock.today(creditor),
        at=clock.now(),
        by=clock.by(),
        why=why,
    )
    say.line("Declined; nothing is posted.")


def _request(creditor: Creditor, request_id: int) -> MoneyRequest:
    found = MoneyRequest.objects.select_related("creditor", "receipt", "open_item")
    request = found.filter(creditor=creditor, pk=request_id).first()
    if request is None:
        raise Refusal(
            "request-unknown",
            f"There is no request {request_id}. `recoup cash requests` shows them.",
        )
    return request


def _act(creditor: Creditor, why: str) -> cash.Act:
    return cash.Act(today=clock.today(creditor), at=clock.now(), by=clock.by(), why=why)


def _line(creditor: Creditor, line_id: int) -> StatementLine:
    found = StatementLine.objects.filter(creditor=creditor, pk=line_id).first()
    if found is None:
        raise Refusal(
            "line-unknown", f"There is no payment {line_id}. `recoup cash list` shows them."
        )
    return found
