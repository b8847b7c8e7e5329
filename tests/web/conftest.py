"""The fixtures of the pages, loaded once Django is there, and the day the pages live on."""

from __future__ import annotations

import pytest


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    config.pluginmanager.import_plugin("tests.web.furnish")


@pytest.fixture(autouse=True)
def the_day(monkeypatch, today):
    """The pages live on the day of the tests."""
    monkeypatch.setenv("RECOUP_TODAY", today.isoformat())
