"""Deliberate mistakes, each of which the soak must catch; otherwise its zeros mean nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module

from django.db import connection
from django.db.backends.signals import connection_created

from recoup.books import bulk, outbox
from recoup.books.models import Attempt
from recoup.books.outbox import attempt
from recoup.jobs import gatekeeper, send

# Long enough for a payment to come in between.
PAUSE_SECONDS = 0.4

_ask = gatekeeper.Gatekeeper.ask
_release = outbox.release
_settle = outbox.settle
# The package's door hides the module behind the function of the same name.
_release_module = import_module("recoup.books.outbox.release")


def no_late_gate() -> None:
    """Whatever was planned goes out."""

    def cleared(keeper, intent_id, recipient, circumstances):
        verdict = _ask(keeper, intent_id, recipient, circumstances)
        return replace(verdict, blocked=(), open_minor=max(verdict.open_minor, 1))

    gatekeeper.Gatekeeper.ask = cleared


def no_lock() -> None:
    """The gate is asked before the lock is taken, a moment too early."""
    round_release = send._Round._release

    def early(round_, leased, message, creditor):
        circumstances = round_._circumstances(creditor)
        verdict = _ask(round_.gatekeeper, leased.intent_id, message.recipient, circumstances)
        time.sleep(PAUSE_SECONDS)
        gatekeeper.Gatekeeper.ask = lambda *_: verdict
        return round_release(round_, leased, message, creditor)

    send._Round._release = early


def send_then_mark() -> None:
    """The naive order: hand over first, write down afterwards."""

    def asked_only(*, attempt_id, token, message, gate, at):
        if gate(attempt.case_of(attempt_id)).blocked:
            return _release(attempt_id=attempt_id, token=token, message=message, gate=gate, at=at)
        return True

    def marked_late(*, attempt_id, **answer):
        held = Attempt.objects.get(pk=attempt_id)
        if held.state == "claimed" and answer["state"] not in ("cancelled",):
            sent = held.intent.messages.get()
            Attempt.objects.filter(pk=attempt_id).update(
                state="in_flight",
                message=sent,
                body_hash=sent.sha256,
                gate_seq=bulk.next_event(),
                gate_open_minor=held.intent.net_minor,
                in_flight_at=answer["at"],
            )
            case = attempt.case_of(attempt_id)
            claimed = replace(case, state="claimed")
            attempt.log(claimed, "in_flight", evidence="late", at=answer["at"], by=held.worker)
        _settle(attempt_id=attempt_id, **answer)

    send.outbox.release = asked_only
    send.outbox.settle = marked_late


def no_fence() -> None:
    """A worker that was given up for dead may go on as if nothing had happened."""
    _release_module._RELEASE = _release_module._RELEASE.replace(
        "AND token = %s AND state = 'claimed'", "AND %s <> ''"
    ).replace("AND i.state = 'leased'", "")


def no_unique_key() -> None:
    """The database takes a second copy (see `unlock`); the worker itself is as it should be."""


def no_fsync() -> None:
    """A commit returns before it is on the disk."""

    def forgetful(sender, connection, **_):
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA synchronous=OFF")
            else:
                cursor.execute("SET synchronous_commit = off")

    connection_created.connect(forgetful, weak=False)


ALL: dict[str, Callable[[], None]] = {
    "no late gate": no_late_gate,
    "no lock": no_lock,
    "send, then mark": send_then_mark,
    "no fence": no_fence,
    "no unique key": no_unique_key,
    "no fsync": no_fsync,
}


def put_on(name: str) -> None:
    """Make this process wrong in the named way; not at all for an empty name."""
    if name:
        ALL[name]()


def unlock(name: str) -> None:
    """What a mutant changes in the database itself."""
    if name == "no unique key":
        with connection.cursor() as cursor:
            for index in ("attempt_one_copy", "intent_one_alive", "intent_one_leased"):
                cursor.execute(f"DROP INDEX {index}")
