"""How long the pages of Cash take while very many payments wait for a person.

python -m bench.onbooks.cash_pages 100000
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Mapping

from django.db import connection
from django.test import Client

from bench.onbooks import cash_fill
from bench.onbooks.fill import AS_OF, CODE
from bench.onbooks.pages import latencies, signed_in
from bench.onbooks.watch import peak_mb
from recoup.books.models import Creditor, Proposal, StatementLine
from recoup.web import clock

TIMES = 30
TOGETHER = 5_000


def main() -> None:
    """Measure and say so in one line."""
    creditor = Creditor.objects.get(code=CODE)
    cash_fill.wait(creditor, int(sys.argv[1]))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    clock.today = lambda _: AS_OF
    client = signed_in(creditor)
    found = {name: latencies(client, addresses) for name, addresses in _pages(creditor).items()}
    found |= _acts(client)
    found["Applied"] = latencies(client, ["cash/applied/"] * TIMES)
    found["Cash, after 5,000 posted at once"] = latencies(client, ["cash/"] * TIMES)
    found["undo of 5,000"] = _act(client, "cash/undo/", {})
    print(json.dumps({"pages": found, "peak_mb": peak_mb()}))


def _pages(creditor: Creditor) -> dict[str, list[str]]:
    lines = StatementLine.objects.filter(creditor=creditor, state="open")
    with_proposal = Proposal.objects.order_by("line_id").values_list("line_id", flat=True)
    some = list(with_proposal[: TIMES * 50 : 50])
    hundredth = lines.order_by("-booked_date", "pk")[99 * 30 - 1]
    banks = cash_fill.bank_accounts(creditor)
    return {
        "a trivial page": ["cash/left-out/"] * TIMES,
        "Cash": ["cash/"] * TIMES,
        "Cash, page 100": [f"cash/?after={hundredth.booked_date}_{hundredth.pk}"] * TIMES,
        "Cash, search for one": [f"cash/?q=INV{n * 997}" for n in range(TIMES)],
        "Cash, search for many": [f"cash/?q=customer {n}" for n in range(TIMES)],
        "Cash, one bank account": [f"cash/?bank={banks[n % len(banks)]}" for n in range(TIMES)],
        "Cash, largest": ["cash/?sort=largest", "cash/?sort=smallest"] * (TIMES // 2),
        "Cash, likeliest": ["cash/?sort=likeliest"] * TIMES,
        "Cash, 95 % sure": ["cash/?shown=sure"] * TIMES,
        "Cash, nothing suggested": ["cash/?shown=none"] * TIMES,
        "one payment": [f"cash/{pk}/" for pk in some],
        "preview of 95 % sure (10,000)": ["cash/all/?shown=sure"] * TIMES,
        "preview of a search (5,000 or less)": ["cash/all/?q=customer 1"] * TIMES,
        "Bank": ["bank/"] * TIMES,
    }


def _acts(client: Client) -> dict[str, dict[str, float]]:
    """5,000 marked: looked at, posted."""
    marked = StatementLine.objects.filter(state="open", proposals__rank=1).order_by("pk")
    form = {"line": list(marked.values_list("pk", flat=True)[:TOGETHER])}
    looked = _act(client, "cash/marked/", form)
    proposals = Proposal.objects.filter(rank=1, line__in=form["line"]).values_list("pk", flat=True)
    said = {"others": ",".join(map(str, proposals))}
    return {
        "preview of 5,000 marked": looked,
        "posting of 5,000": _act(client, "cash/marked/accept/", said),
    }


def _act(client: Client, address: str, form: Mapping[str, object]) -> dict[str, float]:
    """One act to its end, over every slice of it; the longest single answer as well."""
    answers: list[float] = []
    began = time.process_time()
    while True:
        started = time.perf_counter()
        answer = client.post(f"/c/{CODE}/{address}", form)
        answers.append((time.perf_counter() - started) * 1000)
        hidden = re.findall(
            r'name="(others|done|gone|begun)" value="([^"]*)"', answer.content.decode()
        )
        if answer.status_code != 200 or b'id="going"' not in answer.content:
            break
        form = dict(hidden)
    return {
        "first_ms": answers[0],
        "p50_ms": sum(answers),
        "p95_ms": max(answers),
        "cpu_p50_ms": (time.process_time() - began) * 1000,
    }


if __name__ == "__main__":
    main()
