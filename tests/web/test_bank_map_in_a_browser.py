"""The mapping of a bank's table in a real browser: asked, answered, taken in, by whomever."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from recoup.books.models import StatementLine

TABLE = """Fecha;Ordenante;Concepto;Importe;Saldo
04/03/2026;Bäckerei Sommer;Factura S-1;1.240,50;1.340,50
05/03/2026;Compañía de Luz del Mediterráneo;Recibo de marzo, contrato 88-1;-89,90;1.250,60
"""
PHONE = {"width": 390, "height": 844}


def width_fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.fixture
def seen(accessible):
    """The page as it stands breaks no rule and is not wider than a phone."""
    shots = os.environ.get("RECOUP_SHOTS")

    def check(page, name):
        accessible(page)
        if shots:
            page.screenshot(path=Path(shots) / f"{name}-1440.png", full_page=True)
        wide = page.viewport_size
        page.set_viewport_size(PHONE)
        assert width_fits(page)
        accessible(page)
        if shots:
            page.screenshot(path=Path(shots) / f"{name}-390.png", full_page=True)
        page.set_viewport_size(wide)

    return check


def test_a_table_is_explained_once_and_its_layout_kept(signed_in_page, books, seen):
    page = signed_in_page
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(reverse("bank", args=[books.code]))
    table = {"name": "marzo.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    page.get_by_label("File").set_input_files(table)
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_role("heading", name="Which column is what")).to_be_visible()
    expect(page.get_by_label("Day", exact=True)).to_have_value("Fecha")
    seen(page, "map")
    page.get_by_role("button", name="Read it like this").click()
    page.get_by_label("DD/MM/YYYY").check()
    page.get_by_label("In which currency").fill("EUR")
    seen(page, "questions")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Of which bank account").fill("Cuenta principal")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Add up")).to_be_visible()
    page.get_by_label("Name of the layout").fill("Banco Sur")
    seen(page, "preview")
    page.get_by_role("button", name="Take it in and keep the layout").click()
    expect(page.get_by_text("2 lines new, 0 known already.")).to_be_visible()
    assert StatementLine.objects.count() == 2
    page.goto(reverse("bank", args=[books.code]))
    seen(page, "bank")
    page.get_by_role("link", name="Banco Sur").click()
    page.get_by_text("Correct it").click()
    seen(page, "layout")
    page.get_by_text("Forget it").click()
    page.get_by_role("button", name="Forget this layout").click()
    expect(page.get_by_text("is forgotten")).to_be_visible()
