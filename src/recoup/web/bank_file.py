"""A bank statement brought by a person: read at once, asked about what it leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from recoup.access import Act, asks
from recoup.books import files
from recoup.books.models import Seat, SourceFile, StatementLine
from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Question
from recoup.formats.days import DateFormat
from recoup.formats.statements.base import Declared
from recoup.formats.statements.opening import read_statement, recognise_statement, statement_formats
from recoup.jobs import cash
from recoup.jobs.bank import StatementsIn, import_statements
from recoup.kernel.errors import Refusal
from recoup.web import clock
from recoup.web.bank import UNRECOGNISED, bank_files
from recoup.web.page import actor, show

# Who posts what is certain, as the books name it.
BY_ITSELF = "Recoup"
SMALL = 2_000_000
_WORDS = ("format", "currency", "account", "encoding", "delimiter", "sheet")


@dataclass(frozen=True)
class Answerable:
    """A question with the words of its possible answers."""

    question: Question
    choices: tuple[tuple[str, str], ...]


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
    brought = request.FILES.get("file")
    if not isinstance(brought, UploadedFile):
        messages.error(request, "No file was chosen. Choose one and bring it again.")
        return redirect("bank", seat.creditor.code)
    received = files.receive(
        creditor=seat.creditor,
        name=(brought.name or "file")[:300],
        stream=cast("BinaryIO", brought),
        at=clock.now(),
        by=actor(request),
    )
    files.note_format(source_file=received, format_code=_recognised(received))
    return _take(request, received, Declared())


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
    address = redirect("bank_file", code=found.creditor.code, file_id=found.pk)
    if found.state == "needs_answers" and declared != Declared():
        # The answers given so far stay in the address.
        said = request.POST.copy()
        said.pop("csrfmiddlewaretoken", None)
        return redirect(f"{address.url}?{said.urlencode()}")
    return address


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
        context |= _open_questions(found, request.GET)
    return show(request, seat, "bank_file.html", context)


def _open_questions(found: SourceFile, said: QueryDict) -> dict[str, object]:
    """The questions the file asks given the answers so far, or why it cannot be read."""
    kept = [(name, value) for name, value in said.items() if value]
    try:
        with files.original(found).open("rb") as stream:
            opened = read_statement(found.name, stream, declared=declared_of(said))
    except Refusal as refusal:
        return {"refusal": refusal, "kept": kept}
    if not isinstance(opened, list):
        return {"held": list(opened.held.head(20).iter_rows(named=True)), "kept": kept}
    asked = {each.about for each in opened}
    answerable = [Answerable(each, _choices(each)) for each in opened]
    return {"questions": answerable, "kept": [each for each in kept if each[0] not in asked]}


def _choices(question: Question) -> tuple[tuple[str, str], ...]:
    formats = statement_formats()
    return tuple(
        (code, formats[code].title if question.about == "format" and code in formats else code)
        for code in question.candidates
    )


@asks(Act.IMPORT)
@require_POST
def bank_take(request: HttpRequest, seat: Seat, file_id: int) -> HttpResponseBase:
    """Take a file in with the answers given; one that is done already adds nothing."""
    found = file_of(seat, file_id)
    try:
        declared = declared_of(request.POST)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("bank_file", code=seat.creditor.code, file_id=found.pk)
    return _take(request, found, declared)
