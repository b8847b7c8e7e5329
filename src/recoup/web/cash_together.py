"""Many payments accepted at once: what that would post, then posted slice by slice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from recoup.access import Act, asks
from recoup.books.models import Proposal, Seat, StatementLine
from recoup.books.query import any_of, bulk_frame, many
from recoup.jobs import cash_many
from recoup.kernel.errors import Refusal
from recoup.web import cash_lines, cash_words
from recoup.web.cash_rows import Row, rows_of
from recoup.web.cash_undo import act_of, remember, undo_last
from recoup.web.page import back, show

# So many payments are accepted at once; a page lists the least certain of them.
TOGETHER_MAX = 10_000
LISTED_MAX = 100
_PROPOSALS = "SELECT id, line_id, rank, confidence_ppm, items FROM books_proposal WHERE {lines}"
_PROPOSAL = {
    "proposal_id": pl.Int64,
    "line_id": pl.Int64,
    "rank": pl.Int16,
    "confidence_ppm": pl.Int64,
    "items": pl.String,
}
_OPEN = "SELECT id, open_minor FROM books_openitem WHERE {items}"
_NOTHING = "nothing is suggested that can still be posted"
_TAKEN = "another marked payment pays the same document"


@dataclass(frozen=True)
class Chosen:
    """The suggestion that would be posted for a payment."""

    proposal_id: int
    line_id: int
    currency: str
    amount_minor: int
    confidence_ppm: int


@dataclass(frozen=True)
class Preview:
    """What accepting payments together would post, and what of them cannot be accepted."""

    # The least certain first.
    chosen: list[Chosen]
    # Line and reason.
    unready: list[tuple[int, str]]

    @property
    def totals(self) -> list[tuple[str, int, int]]:
        """Count and sum by currency of what would be posted."""
        counts, sums = Counter[str](), Counter[str]()
        for each in self.chosen:
            counts[each.currency] += 1
            sums[each.currency] += each.amount_minor
        return [(currency, counts[currency], sums[currency]) for currency in sorted(counts)]

    @property
    def sureness(self) -> list[tuple[str, int]]:
        """How many are how sure, the least certain first."""
        words = Counter(cash_words.sureness(each.confidence_ppm) for each in self.chosen)
        return list(words.items())

    @property
    def rows(self) -> list[Row]:
        """The least certain, as they are listed."""
        return _rows([each.line_id for each in self.chosen[:LISTED_MAX]])

    @property
    def others(self) -> str:
        """The suggestions that are posted with those listed, for the form."""
        return ",".join(str(each.proposal_id) for each in self.chosen[LISTED_MAX:])

    @property
    def unready_rows(self) -> list[tuple[Row, str]]:
        """Some of those that stay in the list, each with the reason."""
        why = dict(self.unready[:LISTED_MAX])
        return [(row, why[row.line.pk]) for row in _rows(list(why))]


def _rows(line_ids: list[int]) -> list[Row]:
    found = StatementLine.objects.in_bulk(line_ids)
    return rows_of([found[pk] for pk in line_ids if pk in found])


def preview_of(lines: Sequence[tuple[int, str, int]]) -> Preview:
    """What the best suggestions of lines (id, currency, amount) would post together.

    Of two for the same document the surer is posted; a person reads the least certain first.
    """
    best = _best([pk for pk, _, _ in lines])
    said = {pk: (currency, minor) for pk, currency, minor in lines}
    chosen: list[Chosen] = []
    unready = [(pk, _NOTHING) for pk in sorted(said.keys() - set(best["line_id"]))]
    left: dict[int, int] = {}
    for proposal, line, sure, items, wanted, open_minor in best.rows():
        left.update((i, minor) for i, minor in zip(items, open_minor, strict=True) if i not in left)
        if any(left[item] < minor for item, minor in zip(items, wanted, strict=True)):
            unready.append((line, _TAKEN))
            continue
        for item, minor in zip(items, wanted, strict=True):
            left[item] -= minor
        chosen.append(Chosen(proposal, line, *said[line], sure))
    return Preview(chosen[::-1], unready)


def _best(line_ids: list[int]) -> pl.DataFrame:
    """The first suggestion of each line that can still be posted, the surest first.

    Columns: proposal_id, line_id, confidence_ppm, and as lists: items, wanted, open_minor.
    """
    sql = _PROPOSALS.format(lines=any_of("line_id"))
    found = bulk_frame(sql, [many(line_ids)], _PROPOSAL)
    pieces = (
        found.with_columns(pl.col("items").str.json_decode(pl.List(pl.List(pl.Int64))))
        .explode("items")
        .with_columns(
            item=pl.col("items").list.get(0, null_on_oob=True),
            wanted=pl.col("items").list.get(1, null_on_oob=True).abs()
            + pl.col("items").list.get(2, null_on_oob=True),
        )
    )
    asked = pieces["item"].drop_nulls().unique().to_list()
    schema = {"item": pl.Int64, "open_minor": pl.Int64}
    owed = bulk_frame(_OPEN.format(items=any_of("id")), [many(asked)], schema)
    # On account there is no item, and nothing that could have been paid meanwhile.
    is_due = pl.col("item").is_null() | (pl.col("wanted") <= pl.col("open_minor"))
    return (
        pieces.join(owed.with_columns(pl.col("open_minor").abs()), on="item", how="left")
        .with_columns(is_due=is_due.fill_null(value=False))
        .group_by("line_id", "rank", "proposal_id", "confidence_ppm")
        .agg(
            pl.col("is_due").all(),
            pl.col("item").drop_nulls().alias("items"),
            pl.col("wanted").drop_nulls(),
            pl.col("open_minor").drop_nulls(),
        )
        .filter("is_due")
        .sort("line_id", "rank")
        .unique("line_id", keep="first", maintain_order=True)
        .sort("confidence_ppm", "line_id", descending=[True, False])
        .select("proposal_id", "line_id", "confidence_ppm", "items", "wanted", "open_minor")
    )


@asks(Act.APPLY)
@require_POST
def preview(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What the best suggestions of the marked payments would post; nothing is posted yet."""
    ids = [int(each) for each in request.POST.getlist("line") if _is_id(each)][:TOGETHER_MAX]
    lines = StatementLine.objects.filter(pk__in=ids, creditor=seat.creditor, state="open")
    return _previewed(request, seat, lines, request.POST.get("back", ""))


@asks(Act.APPLY)
def preview_all(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What all that a filter shows would post, the surest when they are too many at once."""
    asked = cash_lines.Asked.of(request)
    lines = cash_lines.surest(cash_lines.filtered(seat.creditor, asked))
    return _previewed(
        request, seat, lines, reverse("cash", args=[seat.creditor.code]) + asked.query()
    )


def _previewed(
    request: HttpRequest, seat: Seat, lines: QuerySet[StatementLine], where: str
) -> HttpResponse:
    facts = list(lines.values_list("pk", "currency", "amount_minor")[: TOGETHER_MAX + 1])
    found = preview_of(facts[:TOGETHER_MAX])
    context = {
        "here": "cash",
        "preview": found,
        "count": len(found.chosen),
        "more": max(len(found.chosen) - LISTED_MAX, 0),
        "unready_more": max(len(found.unready) - LISTED_MAX, 0),
        "is_cut": len(facts) > TOGETHER_MAX,
        "together_max": TOGETHER_MAX,
        "back": where,
    }
    return show(request, seat, "cash_preview.html", context)


@asks(Act.APPLY)
@require_POST
def accept_marked(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Post the suggestions that the preview showed, a slice at a time; say which could not be."""
    ids = _ids(request)
    if not ids:
        messages.error(request, "No payment was marked, so none is posted.")
        return _home(request, seat)
    now, later = ids[: cash_many.SLICE], ids[cash_many.SLICE :]
    found = Proposal.objects.filter(pk__in=now, creditor=seat.creditor).select_related("line")
    act = act_of(request, seat.creditor, "Accepted with others")
    answer = cash_many.accept_many(seat.creditor, list(found.order_by("line_id")), act=act)
    begun = _number(request, "begun")
    remember(request, seat.creditor, answer.done, begun=begun)
    done = _number(request, "done") + len(answer.done)
    gone = _number(request, "gone") + len(now) - len(answer.done)
    if later:
        going = {
            "title": "Posting payments",
            "action": "cash_accept_marked",
            "said": {
                "others": ",".join(map(str, later)),
                "done": done,
                "gone": gone,
                "begun": begun or next(iter(answer.done), 0),
            },
        }
        return _going(request, seat, going, done + gone, done + gone + len(later))
    names = {each.line_id: each.line.counterparty_name for each in found}
    _say_what_became(request, done, gone, [(names[line], why) for line, why in answer.refused])
    return _home(request, seat)


def _say_what_became(
    request: HttpRequest, done: int, gone: int, refused: list[tuple[str, Refusal]]
) -> None:
    for name, refusal in refused[:5]:
        messages.error(request, f"{name or 'Payer not named'}: {refusal.sentence}")
    if gone:
        messages.error(request, f"{gone:,} were not posted: something changed since the preview.")
    if done:
        messages.success(request, f"{done:,} payment{'' if done == 1 else 's'} posted.")


@asks(Act.APPLY)
@require_POST
def undo_latest(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Take back what this person did last, a slice at a time."""
    before = _number(request, "done")
    try:
        undone = undo_last(
            request, seat.creditor, "Undone at once", begun=_number(request, "begun")
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return _home(request, seat)
    done = before + undone.count
    if undone.left:
        going = {
            "title": "Taking payments back",
            "action": "cash_undo_last",
            "said": {"done": done, "begun": undone.begun},
        }
        return _going(request, seat, going, done, done + undone.left)
    said = f"{done:,} payment{'' if done == 1 else 's'} taken back."
    messages.success(request, said if done else "There is nothing left to undo.")
    return _home(request, seat)


def _going(
    request: HttpRequest, seat: Seat, going: Mapping[str, object], done: int, total: int
) -> HttpResponse:
    """The page between two slices: it goes on by itself, or by its button."""
    context = {
        "here": "cash",
        **going,
        "done": done,
        "total": total,
        "back": request.POST.get("back", ""),
    }
    return show(request, seat, "cash_going.html", context)


def _home(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Back to the list; as a whole page also where a part of one was asked for."""
    answer = back(request, seat, "cash")
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(answer.headers["Location"])
    return answer


def _ids(request: HttpRequest) -> list[int]:
    """The suggestions of the form: the marked, and those that were not listed."""
    said = [*request.POST.getlist("proposal"), *request.POST.get("others", "").split(",")]
    return list(dict.fromkeys(int(each) for each in said if _is_id(each)))[:TOGETHER_MAX]


def _number(request: HttpRequest, name: str) -> int:
    said = request.POST.get(name, "")
    return int(said) if _is_id(said) else 0


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18
