"""What a person does with payments: accept, put on account, leave out, take back, undo."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from recoup.access import Act, asks
from recoup.books import bank
from recoup.books.models import Account, Proposal, Seat, StatementLine
from recoup.jobs import cash
from recoup.kernel.errors import Refusal
from recoup.web.cash_amounts import show_money
from recoup.web.cash_requests import say_what_waits
from recoup.web.cash_rows import rows_of
from recoup.web.cash_undo import DEFAULT_REASON, act_of, remember, take_back
from recoup.web.page import back, told


def line_of(seat: Seat, line_id: int) -> StatementLine:
    """The creditor's statement line of this id, or 404."""
    found = StatementLine.objects.select_related("creditor", "bank_account", "receipt__account")
    return get_object_or_404(found, pk=line_id, creditor=seat.creditor)


@asks(Act.APPLY)
@require_POST
def accept(request: HttpRequest, seat: Seat, proposal_id: int) -> HttpResponseBase:
    """Post one suggestion."""
    found = Proposal.objects.select_related("line", "account")
    proposal = get_object_or_404(found, pk=proposal_id, creditor=seat.creditor)
    line = proposal.line
    amount = show_money(seat, line.amount_minor, line.currency)
    with told(request, f"{amount} is applied to {proposal.account.name}."):
        cash.accept(proposal, act=act_of(request, seat.creditor, "Suggestion accepted"))
        remember(request, seat.creditor, [line.pk])
        say_what_waits(request, line)
    return back(request, seat, "cash")


@asks(Act.APPLY)
@require_POST
def on_account(request: HttpRequest, seat: Seat, line_id: int) -> HttpResponseBase:
    """Keep the whole payment as a credit of an account: the one named, or the one suggested."""
    line = line_of(seat, line_id)
    account = account_for(request, seat, line)
    amount = show_money(seat, line.amount_minor, line.currency)
    whose = account.name if account else ""
    with told(request, f"{amount} is on account of {whose}: a credit, applied to nothing yet."):
        if account is None:
            raise Refusal(
                "account-unknown", "Nobody is suggested for this payment. Open it and choose one."
            )
        settlement = cash.Settlement(line.pk, account.pk)
        cash.settle_line(settlement, act=act_of(request, seat.creditor, "On account"))
        remember(request, seat.creditor, [line.pk])
    return back(request, seat, "cash")


def account_for(request: HttpRequest, seat: Seat, line: StatementLine) -> Account | None:
    """The account that the form names, else that of the best suggestion."""
    named = request.POST.get("account") or request.GET.get("account", "")
    if named:
        pk = int(named) if named.isascii() and named.isdigit() and len(named) < 18 else 0
        return get_object_or_404(Account, pk=pk, creditor=seat.creditor)
    suggestions = rows_of([line])[0].suggestions
    return suggestions[0].proposal.account if suggestions else None


@asks(Act.APPLY)
@require_POST
def leave_out(request: HttpRequest, seat: Seat, line_id: int) -> HttpResponseBase:
    """Leave a payment out of cash application, with the reason."""
    line = line_of(seat, line_id)
    reason = (request.POST.get("reason", "").strip() or request.POST.get("usual", "")).strip()
    amount = show_money(seat, line.amount_minor, line.currency)
    with told(request, f"{amount} is left out: {reason}. It can be taken back at any time."):
        if not reason:
            raise Refusal("reason-missing", "Say why the payment is left out.")
        if not bank.ignore_line(line=line, reason=reason):
            raise Refusal("line-moved-on", "This payment was settled meanwhile. Reload the page.")
        remember(request, seat.creditor, [line.pk])
    return back(request, seat, "cash")


@asks(Act.APPLY)
@require_POST
def undo(request: HttpRequest, seat: Seat, line_id: int) -> HttpResponseBase:
    """Take an applied or left-out payment back to the list, with what was given up with it."""
    line = line_of(seat, line_id)
    why = request.POST.get("reason", "").strip() or DEFAULT_REASON
    with told(request, "Taken back. The payment waits in Cash again."):
        if line.state not in ("applied", "ignored"):
            raise Refusal("line-not-applied", "This payment is not applied. Reload the page.")
        take_back([line], seat.creditor, act_of(request, seat.creditor, why))
    return back(request, seat, "cash")
