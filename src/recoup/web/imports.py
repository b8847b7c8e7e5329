"""Imports: bring a file, see what it is and would do, import it, read what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from recoup.access import Act, asks
from recoup.books.models import Seat, SetAsideRow, SourceFile
from recoup.formats.columnmap import Brings
from recoup.formats.opening import formats
from recoup.jobs import intake
from recoup.jobs.intake import Imported, Look
from recoup.kernel.errors import Refusal
from recoup.web import clock, mapping
from recoup.web.brought import received
from recoup.web.page import Pager, actor, page_number, show
from recoup.web.preview import Tried, tables

FILES_SHOWN = 25


@dataclass(frozen=True)
class Screen:
    """What the page of a file that is not imported yet shows."""

    look: Look | None
    refusal: Refusal | None
    tried: Imported | None = None


@asks(Act.SEE)
def imports(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The files that came in, newest first, and the place to bring another."""
    files = SourceFile.objects.filter(creditor=seat.creditor)
    pager = Pager(page_number(request), files.count(), {}, FILES_SHOWN)
    start = (pager.number - 1) * FILES_SHOWN
    aside = SetAsideRow.objects.filter(creditor=seat.creditor, state="open")
    context = {
        "here": "imports",
        "files": files.order_by("-received_at", "-pk")[start : start + FILES_SHOWN],
        "pager": pager,
        "aside": aside.values("source_file", "line").distinct().count(),
    }
    return show(request, seat, "imports.html", context)


@asks(Act.IMPORT)
@require_POST
def upload(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Keep the file as it came; nothing is read into the books yet."""
    found = received(request, seat)
    if found is None:
        return redirect("imports", seat.creditor.code)
    return redirect("source_file", code=seat.creditor.code, file_id=found.pk)


def file_of(seat: Seat, file_id: int) -> SourceFile:
    """The creditor's file of this id, or 404."""
    files = SourceFile.objects.select_related("creditor")
    return get_object_or_404(files, pk=file_id, creditor=seat.creditor)


@asks(Act.SEE)
def source_file(request: HttpRequest, seat: Seat, file_id: int) -> HttpResponse:
    """What a file is and would do; what became of it once it is imported."""
    found = file_of(seat, file_id)
    if found.state == "done" and "again" not in request.GET:
        return _result(request, seat, found)
    try:
        declared = mapping.declared_of(request.GET)
    except Refusal as refusal:
        look = intake.look(found, mapping.declared_of(QueryDict()))
        return _screen(request, seat, found, request.GET, Screen(look, refusal))
    look = intake.look(found, declared)
    return _screen(request, seat, found, request.GET, Screen(look, look.refusal))


def _result(request: HttpRequest, seat: Seat, found: SourceFile) -> HttpResponse:
    aside = found.set_aside_rows.filter(state="open").order_by("line", "pk")
    context = {
        "here": "imports",
        "file": found,
        "control": found.control,
        "layout": layout.title if (layout := formats().get(found.format_code)) else "unknown",
        "aside": aside[:100],
        "aside_count": aside.values("line").distinct().count(),
    }
    return show(request, seat, "import_result.html", context)


def _screen(
    request: HttpRequest, seat: Seat, found: SourceFile, said: QueryDict, screen: Screen
) -> HttpResponse:
    look = screen.look
    proposal = look.proposal if look else None
    is_unknown = look is not None and look.refusal is not None and proposal is not None
    context = {
        "here": "imports",
        "file": found,
        "look": look,
        "refusal": screen.refusal,
        "tried": Tried(screen.tried) if screen.tried else None,
        "first_mistakes": look.first.set_aside.height if look and look.first else 0,
        "preview": tables(look.first) if look and look.first else [],
        "kept": mapping.kept(said),
        "wants_map": "map" in said or "brings" in said or is_unknown,
        "brings": mapping.brings_of(said, proposal).value,
        "titles": [(each.value, title) for each, title in mapping.TITLES.items()],
        "choices": mapping.choices(said, proposal),
        "header": [name for name in proposal.header if name] if proposal else [],
        "is_mapped": any(name.startswith(mapping.PREFIX) for name in said),
        "invoices": Brings.INVOICES.value,
    }
    return show(request, seat, "import_file.html", context)


@asks(Act.IMPORT)
@require_POST
def take(request: HttpRequest, seat: Seat, file_id: int) -> HttpResponseBase:
    """Import the file as declared, or try it: a try does everything and takes it back."""
    found = file_of(seat, file_id)
    is_try = "try" in request.POST
    try:
        imported = _take(request, found, is_try=is_try)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect(_again(seat, found, request.POST))
    if is_try or not imported.is_done:
        found.refresh_from_db()
        look = intake.look(found, mapping.declared_of(request.POST))
        screen = Screen(look, look.refusal, imported if imported.is_done else None)
        return _screen(request, seat, found, request.POST, screen)
    return redirect("source_file", code=seat.creditor.code, file_id=found.pk)


def _take(request: HttpRequest, found: SourceFile, *, is_try: bool) -> Imported:
    declared = mapping.declared_of(request.POST)
    today, at, by = clock.today(found.creditor), clock.now(), actor(request)
    imported = intake.import_file(
        found, declared=declared, today=today, latest=today, at=at, by=by, dry_run=is_try
    )
    if declared.column_map is not None and imported.is_done and not is_try:
        intake.save_map(found, column_map=declared.column_map, name=found.name[:100], at=at, by=by)
    return imported


def _again(seat: Seat, found: SourceFile, said: QueryDict) -> str:
    """The page of the file with the answers given so far."""
    address = redirect("source_file", code=seat.creditor.code, file_id=found.pk).url
    words = QueryDict(mutable=True)
    words.update(dict(mapping.kept(said)))
    words["again"] = "1"
    return f"{address}?{words.urlencode()}"
