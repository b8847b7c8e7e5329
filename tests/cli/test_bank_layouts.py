"""Saved layouts of bank tables from the command line: listed, and forgotten by name or id."""

from __future__ import annotations

import pytest

from recoup.books import files
from recoup.books.models import ColumnMapVersion
from recoup.cli.exits import Exit
from recoup.formats.statements.bankmap import BankMap
from recoup.jobs.bank_layouts import SavedLayout

pytestmark = pytest.mark.django_db


@pytest.fixture
def save(creditor, at):
    """Save a layout of a name, for a header of its own."""

    def saved(name, header="Fecha"):
        bank_map = BankMap(columns={"booked_date": header, "amount": "Importe"}, currency="EUR")
        kept = SavedLayout(header=(header, "Importe"), bank_map=bank_map)
        return files.save_column_map(
            creditor=creditor,
            kind="bank",
            name=name,
            header_fingerprint=header,
            column_map=kept.model_dump(mode="json"),
            at=at,
            by="vera",
        )

    return saved


def test_layouts_say_which_column_is_what_and_who_said_so(recoup, answer, save):
    save("Banco Sur")
    (found,) = answer("bank", "layouts")["layouts"]
    assert (found["name"], found["saved_by"], found["currency"]) == ("Banco Sur", "vera", "EUR")
    assert found["columns"] == {"booked_date": "Fecha", "amount": "Importe"}
    assert "Banco Sur" in recoup("bank", "layouts").stdout


def test_without_layouts_it_says_how_they_come(recoup, creditor):
    assert "No layout is saved" in recoup("bank", "layouts").stdout


@pytest.mark.parametrize("by_id", [False, True])
def test_a_layout_is_forgotten_by_its_name_or_id(recoup, save, by_id):
    saved, other = save("Banco Sur"), save("Banco Norte", "Dia")
    done = recoup("bank", "forget-layout", str(saved.pk) if by_id else "Banco Sur")
    assert done.exit_code == Exit.DONE
    assert list(ColumnMapVersion.objects.all()) == [other]


def test_a_layout_that_is_not_there_or_not_one_is_refused(recoup, save):
    save("Banco Sur"), save("Banco Sur", "Dia")
    for name, says in (("Banco Este", "bank layouts"), ("Banco Sur", "by its id")):
        refused = recoup("bank", "forget-layout", name)
        assert refused.exit_code == Exit.REFUSED
        assert says in refused.stderr
    assert ColumnMapVersion.objects.count() == 2
