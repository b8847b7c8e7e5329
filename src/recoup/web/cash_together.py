"""Many payments accepted at once: what that would post, then posted slice by slice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from recoup.access import Act, asks
from recoup.books.models import Proposal, Seat, StatementLine
from recoup.jobs import cash, cash_many
from recoup.jobs.cash_preview import LINES, together
from recoup.kernel.errors import Refusal
from recoup.web import cash_lines, cash_words, clock
from recoup.web.cash_rows import Row, Suggestion, rows_of
from recoup.web.cash_undo import act_of, remember, undo_last
from recoup.web.page import back, show

# So many payments are accepted at once; a page lists the least certain of each kind.
TOGETHER_MAX = 10_000
LISTED_MAX = 50
UNREADY_MAX = 10


@dataclass(frozen=True)
class Listed:
    """A payment with the suggestion that would be posted, and why it is a guess."""

    row: Row
    best: Suggestion
    doubt: str


@dataclass(frozen=True)
class Part:
    """Suggestions that are posted unless a person takes the mark off, or only with one."""

    found: pl.DataFrame
    is_marked: bool
    least_ppm: int

    @property
    def count(self) -> int:
        """How many they are."""
        return self.found.height

    @property
    def totals(self) -> list[tuple[str, int, int]]:
        """Count and sum by currency."""
        sums = self.found.group_by("currency").agg(pl.len(), pl.col("amount_minor").sum())
        return sums.sort("currency").rows()

    @property
    def sureness(self) -> list[tuple[str, int]]:
        """How many are how sure, the least certain first."""
        words: Counter[str] = Counter()
        for confidence_ppm, count in (
            self.found.group_by("confidence_ppm").len().sort("confidence_ppm").rows()
        ):
            words[cash_words.sureness(confidence_ppm)] += count
        return list(words.items())

    @cached_property
    def listed(self) -> list[Listed]:
        """The least certain of them."""
        facts = self.found.head(LISTED_MAX)
        doubts = {
            line: "" if is_certain else cash_words.guess(others, bits, sure, self.least_ppm)
            for line, others, bits, sure, is_certain in facts.select(
                "line_id", "combinations", "reason_bits", "confidence_ppm", "is_certain"
            ).rows()
        }
        return [
            Listed(row, row.best, doubts[row.line.pk])
            for row in _rows(facts["line_id"].to_list())
            if row.best is not None
        ]

    @property
    def more(self) -> int:
        """How many are not listed."""
        return max(self.count - LISTED_MAX, 0)

    @property
    def others(self) -> str:
        """Those that are not listed, for the form."""
        return ",".join(map(str, self.found["proposal_id"][LISTED_MAX:]))

    @property
    def others_percent(self) -> str:
        """How sure the least certain of those is that are not listed."""
        return cash_words.percent(int(self.found["confidence_ppm"][LISTED_MAX]))


def _rows(line_ids: list[int]) -> list[Row]:
    found = StatementLine.objects.in_bulk(line_ids)
    return rows_of([found[pk] for pk in line_ids if pk in found])


@asks(Act.APPLY)
@require_POST
def preview(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What the best suggestions of the marked payments would post; nothing is posted yet."""
    ids = [int(each) for each in request.POST.getlist("line") if _is_id(each)][:TOGETHER_MAX]
    lines = StatementLine.objects.filter(pk__in=ids, creditor=seat.creditor, state="open")
    return _previewed(request, seat, lines, request.POST.get("back", ""), are_marked=True)


@asks(Act.APPLY)
def preview_all(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What all that a filter shows would post: the certain are marked, guesses are not.

    When they are too many at once, the surest.
    """
    asked = cash_lines.Asked.of(request)
    lines = cash_lines.surest(cash_lines.filtered(seat.creditor, asked))
    where = reverse("cash", args=[seat.creditor.code]) + asked.query()
    return _previewed(request, seat, lines, where, are_marked=False)


def _previewed(
    request: HttpRequest, seat: Seat, lines: cash_lines.Lines, where: str, *, are_marked: bool
) -> HttpResponse:
    """The page; what a person marked stays marked, else only what is certain by the policy."""
    facts = list(lines.values_list("pk", "currency", "amount_minor")[: TOGETHER_MAX + 1])
    policy = cash.policy_of(seat.creditor, today=clock.today(seat.creditor))
    wanted = pl.DataFrame(facts[:TOGETHER_MAX], schema=LINES, orient="row")
    found = together(wanted, policy)
    is_marked = pl.lit(value=True) if are_marked else pl.col("is_certain")
    parts = [
        Part(found.chosen.filter(is_marked), True, policy.auto_post_ppm),
        Part(found.chosen.filter(~is_marked), False, policy.auto_post_ppm),
    ]
    why = dict(found.unready.head(UNREADY_MAX).rows())
    context = {
        "here": "cash",
        "marked": parts[0],
        "guesses": parts[1],
        "parts": [part for part in parts if part.count],
        "are_marked": are_marked,
        "unready": [(row, why[row.line.pk]) for row in _rows(list(why))],
        "unready_more": max(found.unready.height - UNREADY_MAX, 0),
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
    said = request.POST.getlist("proposal")
    for others in request.POST.getlist("others"):
        said += others.split(",")
    return list(dict.fromkeys(int(each) for each in said if _is_id(each)))[:TOGETHER_MAX]


def _number(request: HttpRequest, name: str) -> int:
    said = request.POST.get(name, "")
    return int(said) if _is_id(said) else 0


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18
