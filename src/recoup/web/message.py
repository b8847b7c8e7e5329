"""One message: the exact mail from its stored bytes, what it names, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from recoup.access import Act, asks
from recoup.books.models import AttemptEvent, Intent, IntentItem, Message, Seat
from recoup.books.outbox import message_bytes
from recoup.web.page import show

HEADERS = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "List-Unsubscribe")
# The mail is shown with nothing but its own inline styles: no script, no request, no form.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "frame-ancestors 'self'; form-action 'none'; base-uri 'none'; sandbox"
)


@dataclass(frozen=True)
class Mail:
    """A mail as a mail program reads it."""

    headers: tuple[tuple[str, str], ...]
    text: str
    html: str


def read(content: bytes) -> Mail:
    """The headers people look at, and the two bodies."""
    parsed = message_from_bytes(content, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return Mail(
        headers=tuple((name, str(parsed[name])) for name in HEADERS if parsed[name]),
        text=_body(parsed, "plain"),
        html=_body(parsed, "html"),
    )


def _body(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def intent_of(seat: Seat, intent_id: int) -> Intent:
    """The creditor's message of this id, or 404."""
    found = Intent.objects.select_related("account", "contact_point", "run")
    return get_object_or_404(found, pk=intent_id, creditor=seat.creditor)


def latest(intent: Intent) -> Message | None:
    """The bytes last written for it; None while it is not written yet."""
    return Message.objects.filter(intent=intent).order_by("-sequence").first()


def mail_of(seat: Seat, intent_id: int) -> bytes:
    """The stored bytes, or 404 while there are none."""
    stored = latest(intent_of(seat, intent_id))
    if stored is None:
        raise Http404("the message is not written yet")
    return message_bytes(stored)


@asks(Act.SEE)
def message(request: HttpRequest, seat: Seat, intent_id: int) -> HttpResponse:
    """The message, exactly as it leaves, beside what it names and what became of it."""
    intent = intent_of(seat, intent_id)
    stored = latest(intent)
    items = IntentItem.objects.filter(intent=intent).select_related("open_item__document")
    events = AttemptEvent.objects.filter(attempt__intent=intent).select_related("attempt")
    context = {
        "here": "messages",
        "intent": intent,
        "stored": stored,
        "mail": read(message_bytes(stored)) if stored else None,
        "items": items.order_by("role", "open_item__due_date"),
        "events": events.order_by("pk"),
    }
    return show(request, seat, "message.html", context)


@asks(Act.SEE)
def html(request: HttpRequest, seat: Seat, intent_id: int) -> HttpResponse:
    """The HTML body alone, under a policy of its own, for the frame of the preview."""
    response = HttpResponse(read(mail_of(seat, intent_id)).html)
    response["Content-Security-Policy"] = MAIL_POLICY
    return response


@asks(Act.SEE)
def source(request: HttpRequest, seat: Seat, intent_id: int) -> HttpResponse:
    """The bytes as they go over the wire."""
    response = HttpResponse(mail_of(seat, intent_id), content_type="text/plain; charset=utf-8")
    response["X-Content-Type-Options"] = "nosniff"
    return response
