"""Cash application: what is certain is posted, what is likely proposed, and people decide the rest.

Every way of settling a line ends in the same posting: one receipt, its applications, what is
given up with it. Undoing it takes all of that back and teaches the opposite.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl
from django.db import transaction
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Coalesce

from recoup.books import (
    adjust,
    advise,
    apply_cash,
    bank,
    correct,
    lookup,
    matchable,
    payouts,
    post,
    propose,
)
from recoup.books.limits import cash_of
from recoup.books.lock import hold
from recoup.books.models import Account, Creditor, OpenItem, Proposal, Receipt, StatementLine
from recoup.engine.allocation import of_law, order
from recoup.engine.matching import propose as matching
from recoup.engine.matching.frames import POST, UNIDENTIFIED, Answer, MatchPolicy
from recoup.engine.matching.settle import LATE
from recoup.jobs.charges.ground import seller_of
from recoup.jobs.decide import rulebook_of
from recoup.jobs.settlement import (
    Act,
    Part,
    Settlement,
    adjustments_of,
    applications_of,
    ask_for_the_rest,
    is_alone_enough,
    without_rest,
)
from recoup.kernel.errors import Refusal
from recoup.kernel.parties import LegalKind
from recoup.policy.cash import Allocation

__all__ = [
    "Act",
    "Matched",
    "Part",
    "Settlement",
    "accept",
    "is_alone_enough",
    "match",
    "parts_by_rule",
    "policy_of",
    "settle_line",
    "settle_lines",
    "settlement_of",
    "still_open",
    "undo",
]

# Lines posted in one transaction.
SLICE = 2_000

# What of a difference is given up when a proposal is posted; any other stays open or unapplied.
_GIVEN_UP = {"charges": "bank_charges", "rounding": "write_off"}


@dataclass(frozen=True)
class Matched:
    """What became of the lines that were thought over."""

    posted: int
    proposed: int
    unidentified: int


@dataclass
class _Postings:
    """The rows of one settlement or of many, for the doors."""

    receipts: list[dict[str, object]] = field(default_factory=list)
    applications: list[dict[str, object]] = field(default_factory=list)
    adjustments: list[dict[str, object]] = field(default_factory=list)


def policy_of(creditor: Creditor, *, today: date) -> MatchPolicy:
    """What the creditor's policy of the day lets happen to money."""
    policy = rulebook_of(creditor, as_of=today).policy
    chosen = MatchPolicy.of(policy.cash)
    by_law = _by_law(creditor, today) if chosen.allocation == "as_said" else chosen.allocation
    return replace(chosen, discounts_parts=policy.terms.discounts_parts, allocation=by_law)


def _by_law(creditor: Creditor, today: date) -> Allocation:
    """What the law of the creditor's contracts has a payment pay that names nothing."""
    ours = seller_of(creditor).law
    try:
        named = ours.words("allocation.order", on=today, kind=LegalKind.UNKNOWN) if ours else ()
    except Refusal:
        named = ()
    return of_law(named)


def match(
    creditor: Creditor, *, act: Act, policy: MatchPolicy, line_ids: list[int] | None = None
) -> Matched:
    """Think over the open lines of a creditor: post the certain, keep proposals for the rest."""
    for each in payouts.arrivals(creditor, line_ids=line_ids):
        if bank.ignore_line(line=each.line, reason=each.reason):
            propose.forget_proposals(line=each.line)
    given = matchable.given(creditor.pk, line_ids=line_ids)
    answer = matching.propose(given, policy)
    is_sure = (pl.col("verdict") == POST) & ~pl.col("receipt_id").is_in(
        _taken_back(creditor, answer)
    )
    certain = answer.verdicts.filter(is_sure)["receipt_id"].to_list()
    by_line = _by_line(answer, certain)
    sure = [by_line[line] for line in certain if line in by_line]
    posted = sum(
        _settle_what_can_be(creditor, sure[start : start + SLICE], act=act)
        for start in range(0, len(sure), SLICE)
    )
    rest = answer.verdicts.filter(~is_sure)
    waiting = rest["receipt_id"].to_list()
    propose.keep_proposals(
        creditor_id=creditor.pk,
        line_ids=answer.verdicts["receipt_id"].to_list(),
        proposals=_kept(answer, waiting),
    )
    proposed = rest.filter(pl.col("verdict") != UNIDENTIFIED).height
    return Matched(posted, proposed, rest.height - proposed)


def _settle_what_can_be(creditor: Creditor, slice_: list[Settlement], *, act: Act) -> int:
    """Post them together; when the books moved on meanwhile, one by one without those it hit."""
    try:
        return settle_lines(creditor, slice_, act=act)
    except Refusal:
        if len(slice_) == 1:
            return 0
    return sum(_settle_what_can_be(creditor, [each], act=act) for each in slice_)


def _taken_back(creditor: Creditor, answer: Answer) -> list[int]:
    """The lines that were posted before and taken back: whoever did so decides what comes next."""
    lines = answer.verdicts.filter(pl.col("verdict") == POST)["receipt_id"]
    refs = [f"{line}/1" for line in lines]
    made = lookup.receipts_by_ref(creditor.pk, "bank", refs)["source_ref"]
    return [int(ref.partition("/")[0]) for ref in made]


def _by_line(answer: Answer, certain: list[int]) -> dict[int, Settlement]:
    best = answer.proposals.filter(
        (pl.col("rank") == 1) & pl.col("receipt_id").is_in(pl.Series(certain).implode())
    )
    lines = answer.lines.filter(pl.col("rank") == 1).partition_by(
        "receipt_id", as_dict=True, include_key=False
    )
    return {
        row["receipt_id"]: _settlement(row, lines[(row["receipt_id"],)])
        for row in best.iter_rows(named=True)
    }


def _settlement(row: dict[str, object], lines: pl.DataFrame) -> Settlement:
    kind = _GIVEN_UP.get(str(row["residual_kind"]), "")
    # A discount taken too late stays open, unless a person grants it.
    is_late = row["residual_kind"] == LATE
    given = pl.lit(0, pl.Int64) if is_late else pl.col("discount_minor")
    parts = lines.select("item_id", "applied_minor", given.alias("discount_minor")).rows()
    return Settlement(
        line_id=int(str(row["receipt_id"])),
        account_id=int(str(row["account_id"])),
        parts=tuple(Part(*each) for each in parts),
        given_up_minor=max(int(str(row["residual_minor"])), 0) if kind else 0,
        given_up_as=kind,
    )


def _kept(answer: Answer, waiting: list[int]) -> pl.DataFrame:
    open_lines = pl.Series("receipt_id", waiting, dtype=pl.Int64).implode()
    items = (
        answer.lines.filter(pl.col("receipt_id").is_in(open_lines))
        .group_by("receipt_id", "rank", maintain_order=True)
        .agg(items=pl.concat_list("item_id", "applied_minor", "discount_minor"))
    )
    return (
        answer.proposals.filter(pl.col("receipt_id").is_in(open_lines))
        .join(items, on=["receipt_id", "rank"], how="left")
        .with_columns(pl.col("items").fill_null([]))
        .rename({"receipt_id": "line_id"})
        .drop("bucket")
    )


def accept(proposal: Proposal, *, act: Act) -> Receipt:
    """Post what a person found right among the proposals, and learn who pays so."""
    return settle_line(settlement_of(proposal), act=act)


def settlement_of(proposal: Proposal) -> Settlement:
    """What a proposal would settle."""
    kind = _GIVEN_UP.get(proposal.residual_kind, "")
    return Settlement(
        line_id=proposal.line_id,
        account_id=proposal.account_id,
        parts=tuple(Part(*each) for each in proposal.items),
        given_up_minor=max(proposal.residual_minor, 0) if kind else 0,
        given_up_as=kind,
    )


def settle_line(settlement: Settlement, *, act: Act) -> Receipt:
    """Settle one line as a person says, and learn from it; without parts it is on account."""
    line = StatementLine.objects.select_related("creditor").get(pk=settlement.line_id)
    if sum(part.applied_minor for part in settlement.parts) > line.amount_minor:
        raise Refusal(
            "more-than-came",
            "More is applied than came in. Lower an amount, or take a credit note off.",
        )
    with transaction.atomic():
        if not settle_lines(line.creditor, [settlement], act=act):
            raise Refusal("line-moved-on", "This payment was settled meanwhile. Reload the page.")
        if not is_alone_enough(settlement, line, cash_of(line.creditor_id)):
            ask_for_the_rest(settlement, act)
        propose.forget_proposals(line=line)
        propose.learn(account=Account.objects.get(pk=settlement.account_id), line=line)
        settled = StatementLine.objects.select_related("receipt").get(pk=line.pk)
    assert settled.receipt is not None
    return settled.receipt


def undo(line: StatementLine, *, act: Act) -> None:
    """Take a settled line back to the list; what it taught is taken back with it."""
    receipt = line.receipt
    if receipt is None:
        raise Refusal("line-not-applied", "This payment is not applied. Reload the page.")
    with transaction.atomic():
        correct.take_back(receipt=receipt, today=act.today, at=act.at, by=act.by, why=act.why)
        propose.unlearn(account=receipt.account, line=line)
        advise.note_taken_back(line_ids=[line.pk])


def settle_lines(creditor: Creditor, settlements: Sequence[Settlement], *, act: Act) -> int:
    """Post settlements, each whole or not at all; lines settled meanwhile are passed over."""
    if not settlements:
        return 0
    with transaction.atomic():
        hold(each.account_id for each in settlements)
        lines = still_open(settlements)
        limits = cash_of(creditor.pk)
        mine = [
            each if is_alone_enough(each, lines[each.line_id], limits) else without_rest(each)
            for each in settlements
            if each.line_id in lines
        ]
        refs = _source_refs(creditor, [each.line_id for each in mine])
        postings = _Postings()
        for each in mine:
            postings.receipts.append(_receipt(each, lines[each.line_id], refs[each.line_id]))
        post.post_receipts(
            creditor=creditor,
            receipts=post.RECEIPTS.of(postings.receipts),
            today=act.today,
            at=act.at,
            by=act.by,
            why=act.why,
        )
        made = dict(lookup.receipts_by_ref(creditor.pk, "bank", list(refs.values())).rows())
        _apply(creditor, mine, lines, {line: made[ref] for line, ref in refs.items()}, act)
    return len(mine)


def still_open(settlements: Sequence[Settlement]) -> dict[int, StatementLine]:
    """The lines of these that nobody settled meanwhile, locked; hold their accounts first."""
    found = StatementLine.objects.select_for_update().filter(
        pk__in=[each.line_id for each in settlements], state="open"
    )
    return {line.pk: line for line in found.order_by("pk")}


def _source_refs(creditor: Creditor, line_ids: list[int]) -> dict[int, str]:
    """A name of its own for every receipt made of a line: undone ones keep theirs."""
    first = {line: f"{line}/1" for line in line_ids}
    taken = lookup.receipts_by_ref(creditor.pk, "bank", list(first.values()))["source_ref"]
    for ref in taken:
        line = int(ref.partition("/")[0])
        made = Receipt.objects.filter(
            creditor=creditor, source="bank", source_ref__startswith=f"{line}/"
        )
        first[line] = f"{line}/{made.count() + 1}"
    return first


def _receipt(settlement: Settlement, line: StatementLine, ref: str) -> dict[str, object]:
    return {
        "line": line.position,
        "account_id": settlement.account_id,
        "source": "bank",
        "source_ref": ref,
        "received_date": line.booked_date,
        "currency": line.currency,
        "amount_minor": line.amount_minor,
        "reference": line.remittance[:300],
    }


def _apply(
    creditor: Creditor,
    settlements: Sequence[Settlement],
    lines: dict[int, StatementLine],
    receipts: dict[int, int],
    act: Act,
) -> None:
    postings = _Postings()
    for each in settlements:
        line, receipt = lines[each.line_id], receipts[each.line_id]
        postings.applications += applications_of(each, line, receipt)
        postings.adjustments += adjustments_of(each, line, receipt)
    if postings.applications:
        apply_cash.apply_cash(
            creditor=creditor,
            applications=apply_cash.APPLICATIONS.of(postings.applications),
            today=act.today,
            at=act.at,
            by=act.by,
            why=act.why,
        )
    if postings.adjustments:
        adjust.adjust(
            creditor=creditor,
            adjustments=adjust.ADJUSTMENTS.of(postings.adjustments),
            today=act.today,
            at=act.at,
            by=act.by,
            why=act.why,
        )
    pairs = pl.DataFrame({"line_id": list(receipts), "receipt_id": list(receipts.values())})
    bank.mark_applied(receipts=pairs)
    advise.note_applied(lines=lines.values())


def parts_by_rule(account: Account, line: StatementLine, *, today: date) -> tuple[Part, ...]:
    """What a payment pays when nobody says: as the policy has it, as far as it goes."""
    owed = OpenItem.objects.filter(account=account, currency=line.currency, open_minor__gt=0)
    is_accrued = Q(document__charge__state="accrued")
    kind = Case(
        When(is_accrued, then=Value("accrued")),
        default=Coalesce("document__charge__kind", "document__kind"),
    )
    rows = owed.values_list("pk", "open_minor", "due_date", kind)
    schema = {"item_id": pl.Int64, "open_minor": pl.Int64, "due_date": pl.Date, "kind": pl.String}
    items = pl.DataFrame(list(rows), schema=schema, orient="row")
    rule = policy_of(line.creditor, today=today).allocation
    left, parts = line.amount_minor, []
    ordered = order(items.with_columns(said=pl.lit(None, pl.Int32)), rule)
    for item, minor in ordered.select("item_id", "open_minor").rows():
        if left <= 0:
            break
        parts.append(Part(item, min(left, minor)))
        left -= parts[-1].applied_minor
    return tuple(parts)
