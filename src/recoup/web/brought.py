"""Files that people bring by a form: kept as they came before anything is read."""

from __future__ import annotations

from typing import BinaryIO, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from recoup.books import files
from recoup.books.models import Seat, SourceFile
from recoup.web import clock
from recoup.web.page import actor

NAME_MAX = 300


def received(request: HttpRequest, seat: Seat) -> SourceFile | None:
    """The file of the form, kept; None, and a word to the person, when none was chosen."""
    brought = request.FILES.get("file")
    if not isinstance(brought, UploadedFile):
        messages.error(request, "No file was chosen. Choose one and bring it again.")
        return None
    return files.receive(
        creditor=seat.creditor,
        name=(brought.name or "file")[:NAME_MAX],
        stream=cast("BinaryIO", brought),
        at=clock.now(),
        by=actor(request),
    )
