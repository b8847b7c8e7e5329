"""A bank statement brought by a person: read at once, asked about what it leaves open."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from recoup.access import Act, asks
from recoup.books import files
from recoup.books.models import BankAccount, Seat, SourceFile, StatementLine
from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.base import Declared
from recoup.formats.statements.opening import recognise_statement, statement_formats
from recoup.jobs import bank_layouts, cash
from recoup.jobs.bank import StatementsIn, import_statements
from recoup.kernel.errors import Refusal
from recoup.web import bank_map, clock
from recoup.web.bank import UNRECOGNISED, bank_files
from recoup.web.brought import received
from recoup.web.page import actor, show

# Who posts what is certain, as the books name it.
BY_ITSELF = "Recoup"
SMALL = 2_000_000
_WORDS = ("format", "currency", "account", "encoding", "delimiter", "sheet")


def declared_of(said: QueryDict) -> Declared:
    """What a form says about a file; Refusal when an answer is not usable."""
    words = {name: str(said.get(name, "")).strip()[:100] or None for name in _WORDS}
    numbers, dates = str(said.get("numbers", "")), str(said.get("dates", ""))
    try:
        return Declared(
            format=words["format"],
            currency=words["currency"],
            account=words["account"],
            encoding=words["encoding"],
            delimiter=words["delimiter"],
            sheet=words["sheet"],
            numbers=NumberFormat(numbers) if numbers else None,
            dates=DateFormat(dates) if dates else None,
        )
    except ValueError:
        raise Refusal("answer-unknown", "Choose one of the answers offered.") from None


@asks(Act.IMPORT)
@require_POST
def bank_upload(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Keep the file as it came and take it in, unless it leaves something open."""
    found = received(request, seat)
    if found is None:
        return redirect("bank", seat.creditor.code)
    files.note_format(source_file=found, format_code=_recognised(found))
    return _take(request, found, Declared())


def _recognised(received: SourceFile) -> str:
    try:
        with files.original(received).open("rb") as stream:
            fitting = recognise_statement(received.name, stream)
    except Refusal:
        return UNRECOGNISED
    return fitting[0].code if fitting else UNRECOGNISED


def _take(request: HttpRequest, found: SourceFile, declared: Declared) -> HttpResponseBase:
    """Import, think the new payments over, say what came of it."""
    try:
        done = import_statements(found, declared=declared)
        if done.statements:
            _think(request, done)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    if found.state == "needs_answers" and declared != Declared():
        return _again(request, found)
    return redirect("bank_file", code=found.creditor.code, file_id=found.pk)


def _again(request: HttpRequest, found: SourceFile) -> HttpResponseBase:
    """The page of the file; the answers given so far stay in its address."""
    said = request.POST.copy()
    said.pop("csrfmiddlewaretoken", None)
    address = redirect("bank_file", code=found.creditor.code, file_id=found.pk).url
    return redirect(f"{address}?{said.urlencode()}")


def _think(request: HttpRequest, done: StatementsIn) -> None:
    file = done.source_file
    act = cash.Act(
        today=clock.today(file.creditor),
        at=clock.now(),
        by=BY_ITSELF,
        why=f"Certain; read from {file.name}"[:200],
    )
    policy = cash.policy_of(file.creditor, today=act.today)
    matched = cash.match(file.creditor, act=act, policy=policy)
    new = f"{done.lines_new} line{'' if done.lines_new == 1 else 's'} new"
    messages.success(
        request,
        f"{new}, {done.lines_known} known already. {matched.posted} payments were certain and "
        f"are posted; {matched.proposed} wait with a suggestion, {matched.unidentified} without.",
    )


def file_of(seat: Seat, file_id: int) -> SourceFile:
    """The creditor's bank file of this id, or 404."""
    return get_object_or_404(bank_files(seat).select_related("creditor"), pk=file_id)


@asks(Act.SEE)
def bank_file(request: HttpRequest, seat: Seat, file_id: int) -> HttpResponse:
    """What became of a file: its statements, or why it is held, or what it leaves open."""
    found = file_of(seat, file_id)
    lines = StatementLine.objects.filter(statement__source_file=found)
    layout = statement_formats().get(found.format_code)
    states = dict(lines.order_by().values_list("state").annotate(Count("pk")))
    context: dict[str, object] = {
        "here": "bank",
        "file": found,
        "layout": layout.title if layout else "",
        "statements": found.statement_set.select_related("bank_account").order_by("pk")[:200],
        "states": states,
        "said": request.GET,
    }
    # A large file that is held says why in its sentence; reading it again would take long.
    if found.state == "needs_answers" or (found.state != "done" and found.size_bytes < SMALL):
        context |= _open(found, request.GET)
    return show(request, seat, "bank_file.html", context)


def _open(found: SourceFile, said: QueryDict) -> dict[str, object]:
    """What the file asks given the answers so far, how it would be read, or why it cannot be."""
    refusal: Refusal | None = None
    try:
        declared, explained = declared_of(said), bank_map.explained_of(said)
    except Refusal as each:
        refusal, declared, explained = each, Declared(), None
    look = bank_layouts.look(found, declared, explained)
    proposal, reading = look.proposal, look.reading
    saved = bank_layouts.layout_in(look.saved) if look.saved else None
    is_unknown = look.refusal is not None and look.refusal.code == "layout-unknown"
    wants_map = proposal is not None and (is_unknown or explained is not None or "map" in said)
    questions = [each for each in look.questions if not (wants_map and each.about == "format")]
    refusal = refusal or (None if wants_map and is_unknown else look.refusal)
    kept = bank_map.kept(said, questions)
    return {
        "refusal": refusal,
        "saved": look.saved,
        "questions": bank_map.answerable(questions),
        "kept": kept,
        "kept_answers": bank_map.without_columns(kept),
        "wants_map": wants_map,
        "may_map": proposal is not None,
        "is_mapped": explained is not None,
        "header": [name for name in proposal.values if name] if proposal else [],
        "choices": bank_map.choices(said, proposal, saved.bank_map if saved else None),
        "held": bank_map.held(reading) if reading else [],
        "preview": bank_map.preview(reading) if reading and look.declared.bank_map else [],
        "checks": bank_map.checks(reading) if reading else [],
        "names_account": explained is not None and "account" in explained.columns,
        "accounts": BankAccount.objects.filter(creditor=found.creditor).order_by("name", "key"),
    }


@asks(Act.IMPORT)
@require_POST
def bank_take(request: HttpRequest, seat: Seat, file_id: int) -> HttpResponseBase:
    """Take a file in with the answers given; one that is done already adds nothing."""
    found = file_of(seat, file_id)
    try:
        declared, explained = declared_of(request.POST), bank_map.explained_of(request.POST)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("bank_file", code=seat.creditor.code, file_id=found.pk)
    if explained is None:
        return _take(request, found, declared)
    look = bank_layouts.look(found, declared, explained)
    name = request.POST.get("layout_name", "").strip()
    if look.reading is None or not name:
        if look.reading is not None:
            messages.error(request, "Give the layout a name, such as that of the bank.")
        return _again(request, found)
    answer = _take(request, found, look.declared)
    if found.state == "done":
        bank_layouts.save_layout(
            found,
            declared=look.declared,
            name=name,
            asks_account="ask_account" in request.POST,
            at=clock.now(),
            by=actor(request),
        )
    return answer
