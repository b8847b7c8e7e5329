"""The tidy check: each rule finds its offence and leaves decent code alone."""

from __future__ import annotations

import pytest

from tools.tidy import FILE_LINES, FUNCTION_LINES, ROOT, Source, findings, sources

OPENING = '"""What it is for."""\n\nfrom __future__ import annotations\n\n'
LATER = "TO" + "DO"
JOB = "src/recoup/jobs/nightly.py"
DOOR = "src/recoup/books/treat.py"
TEST = "tests/jobs/test_nightly.py"
MODELS = "from recoup.books.models import Hold\n"


def complaints(name, code, opening=OPENING):
    return [finding.what for finding in findings(Source(name, opening + code))]


@pytest.mark.parametrize(
    ("name", "code", "complaint"),
    [
        (JOB, "x = 1\n" * FILE_LINES, "lines in one file"),
        (JOB, "def act():\n" + "    x = 1\n" * FUNCTION_LINES, "act has 61 lines"),
        (JOB, f"x = 1  # {LATER}: the rest\n", "left over"),
        (JOB, "def act():\n    import os\n", "import inside act"),
        (JOB, "day = date.today()\n", "reads the clock"),
        (JOB, "at = datetime.now(UTC)\n", "reads the clock"),
        (JOB, "at = datetime.datetime.now(UTC)\n", "reads the clock"),
        (JOB, "at = timezone.now()\n", "reads the clock"),
        (JOB, "at = time.time()\n", "reads the clock"),
        (DOOR, "day = field(default_factory=date.today)\n", "reads the clock"),
        (JOB, MODELS + "Hold.objects.create(reason=1)\n", "past its door"),
        (JOB, MODELS + "Hold.objects.filter(pk=1).update(reason=1)\n", "past its door"),
        (JOB, MODELS + "hold.save()\n", "past the doors"),
        (JOB, "bulk.insert(Hold, frame)\n", "belongs to the doors"),
        (JOB, "execute('UPDATE books_hold SET reason = 1')\n", "SQL that writes"),
        (JOB, "execute(f'insert into books_hold ({names})')\n", "SQL that writes"),
        (TEST, "@pytest.mark.skip\ndef test_it(): ...\n", "proves nothing"),
        (TEST, "@pytest.mark.xfail(reason='later')\ndef test_it(): ...\n", "proves nothing"),
        (TEST, "x = pytest.importorskip('x')\n", "proves nothing"),
        (TEST, "time.sleep(1)\n", "wait for what must happen"),
        (TEST, "page.wait_for_timeout(100)\n", "wait for what must happen"),
    ],
)
def test_an_offence_is_found(name, code, complaint):
    found = complaints(name, code)
    assert len(found) == 1
    assert complaint in found[0]


@pytest.mark.parametrize(
    ("opening", "complaint"),
    [
        ("from __future__ import annotations\n", "no docstring"),
        ('"""What it is for."""\nx = 1\n', "after the docstring"),
    ],
)
def test_a_file_opens_with_its_purpose_and_the_future(opening, complaint):
    assert complaint in complaints(JOB, "", opening)[0]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (JOB, ""),
        (JOB, "def act(at):\n    return at.date()\n"),
        (JOB, MODELS + "Hold.objects.filter(reason=1).exists()\n"),
        (JOB, "rows('SELECT id FROM books_hold')\n"),
        (DOOR, MODELS + "Hold.objects.create(reason=1)\n"),
        ("src/recoup/cli/main.py", "today = date.today()\n"),
        ("src/recoup/web/today.py", "at = timezone.now()\n"),
        ("src/recoup/jobs/work.py", "at = timezone.now()\n"),
        (TEST, MODELS + "Hold.objects.create(reason=1)\n"),
        ("tests/jobs/conftest.py", "def ledger():\n    import recoup\n"),
        ("src/recoup/books/migrations/0001_first.py", f"# {LATER}\n"),
    ],
)
def test_decent_code_is_left_alone(name, code):
    assert complaints(name, code) == []


def test_every_file_of_ours_is_looked_at():
    seen = {source.name for source in sources(ROOT)}
    assert {"src/recoup/kernel/money.py", "tools/tidy.py", "tests/test_house_tidy.py"} <= seen
