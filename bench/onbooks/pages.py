"""How long the pages that people look at most take on these books, after the day was planned.

python -m bench.onbooks.pages
"""

from __future__ import annotations

import json
import statistics
import time

from django.contrib.auth import get_user_model
from django.test import Client

from bench.onbooks.fill import AS_OF, AT, CODE
from bench.onbooks.watch import peak_mb
from recoup.books.models import Account, Creditor, Seat
from recoup.jobs.decide import decide
from recoup.jobs.nightly import report_standings
from recoup.jobs.schedule import schedule

TIMES = 30


def main() -> None:
    """Measure and say so in one line."""
    creditor = Creditor.objects.get(code=CODE)
    decision = decide(creditor, as_of=AS_OF)
    schedule(decision, at=AT, by="bench")
    report_standings(creditor, decision.decisions, as_of=AS_OF)
    client = signed_in(creditor)
    found = {name: latencies(client, addresses) for name, addresses in _pages().items()}
    print(json.dumps({"pages": found, "peak_mb": peak_mb()}))


def signed_in(creditor: Creditor) -> Client:
    login = get_user_model().objects.create_user(username="bench", email="bench@recoup.example")
    Seat.objects.create(login=login, creditor=creditor, role="owner")
    client = Client(HTTP_HOST="localhost")
    client.force_login(login)
    return client


def _pages() -> dict[str, list[str]]:
    accounts = Account.objects.order_by("pk")
    count = accounts.count()
    ids = [accounts[number * count // TIMES].pk for number in range(TIMES)]
    return {
        "Today": [""] * TIMES,
        "Accounts": ["accounts/"] * TIMES,
        "Accounts, search": [f"accounts/?q=Customer {number * 37}" for number in range(TIMES)],
        "Accounts, sort": ["accounts/?sort=-balance", "accounts/?sort=name"] * (TIMES // 2),
        "Accounts, page 100": ["accounts/?page=100"] * TIMES,
        "Account": [f"accounts/{pk}/" for pk in ids],
    }


def latencies(client: Client, addresses: list[str]) -> dict[str, float]:
    """The first answer, and the spread of the others, in milliseconds; `cpu` is this process's."""
    taken, used = [], []
    for address in addresses:
        began, started = time.process_time(), time.perf_counter()
        answer = client.get(f"/c/{CODE}/{address}")
        taken.append((time.perf_counter() - started) * 1000)
        used.append((time.process_time() - began) * 1000)
        assert answer.status_code == 200, (address, answer.status_code)
    first, *later = taken
    cuts = statistics.quantiles(later, n=20, method="inclusive")
    busy = statistics.quantiles(used[1:], n=20, method="inclusive")
    return {
        "first_ms": first,
        "p50_ms": statistics.median(later),
        "p95_ms": cuts[-1],
        "cpu_p50_ms": statistics.median(used[1:]),
        "cpu_p95_ms": busy[-1],
    }


if __name__ == "__main__":
    main()
