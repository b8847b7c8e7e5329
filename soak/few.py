"""A few messages, sent by a process that is being watched (see order)."""

from __future__ import annotations

import sys

import django

django.setup()

from recoup.jobs import work  # noqa: E402
from soak import check, mutants, seed  # noqa: E402

DEBTORS = 12


def send_a_few(mutant: str) -> None:
    """Seed, send, and say which settings of the connection are not durable."""
    mutants.put_on(mutant)
    seed.seed(DEBTORS)
    seed.night()
    seed.approve()
    sent = work.send_once(
        seed.creditors(), clock=seed.now, business_clock=lambda: seed.OPENS, as_of=seed.AS_OF
    )
    assert sent.accepted, sent
    print("; ".join(check.not_durable()))


if __name__ == "__main__":
    send_a_few(sys.argv[1])
