"""One run, one database: SQLite, or PostgreSQL with `--database postgresql`.

The environment is set here before Django reads it; the fixtures stand in tests/fixtures.
"""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from pathlib import Path

import django
import hypothesis
import pytest
from django.conf import settings

from tools import ensure_postgresql
from tools.scratch import folder

FIXTURES = ("tests.fixtures.books", "tests.fixtures.browser")
OF_THE_DEVELOPER = {"RECOUP_TEST_DATABASE_URL", "RECOUP_TEST_BROWSER", "RECOUP_CORPUS"}
# What a test that asks for one of these does, it does on both databases.
TOUCH_A_DATABASE = {"db", "transactional_db", "live_server"}

# The same examples every time, on any machine however busy; to look for new ones, run
# `pytest --hypothesis-profile default`.
hypothesis.settings.register_profile("house", derandomize=True, deadline=None)
hypothesis.settings.load_profile("house")


def pytest_addoption(parser):
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="where this run keeps its books",
    )


def pytest_configure(config):
    if settings.configured:
        raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: tests choose their own settings.")
    worker = getattr(config, "workerinput", None)
    if worker is None:
        _provide(config)
    if worker or not config.getoption("numprocesses", None):
        _open(config, worker["workerid"] if worker else "alone")


def _provide(config):
    """Once per run, before the workers start: a clean environment, a folder, a server."""
    for name in [name for name in os.environ if name.startswith("RECOUP_")]:
        if name not in OF_THE_DEVELOPER:
            del os.environ[name]
    os.environ.pop("DATABASE_URL", None)
    os.environ["RECOUP_ENVIRONMENT"] = "test"
    cleanup = ExitStack()
    config.add_cleanup(cleanup.close)
    scratch = folder("recoup-test-")
    cleanup.callback(shutil.rmtree, scratch, ignore_errors=True)
    os.environ["RECOUP_TEST_SCRATCH"] = str(scratch)
    if config.getoption("--database") == "postgresql":
        os.environ["DATABASE_URL"] = cleanup.enter_context(ensure_postgresql.cluster())


def _open(config, worker):
    """Once per process that runs tests: its own data folder, then Django, then the fixtures."""
    data = Path(os.environ["RECOUP_TEST_SCRATCH"]) / worker
    # The web server warns when its folder of static files is missing.
    (data / "static").mkdir(parents=True)
    os.environ["RECOUP_DATA"] = str(data)
    if config.getoption("--database") == "sqlite":
        # A file, because workers and the running app open connections of their own.
        os.environ["RECOUP_TEST_DATABASE"] = str(data / "books.sqlite3")
    # Playwright keeps an event loop in the thread in which tests use the books.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    os.environ["DJANGO_SETTINGS_MODULE"] = "recoup.settings"
    django.setup()
    for name in FIXTURES:
        config.pluginmanager.import_plugin(name)


def pytest_report_header(config):
    return f"books: {config.getoption('--database')}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what touches a database or drives a browser, so that nobody has to remember."""
    for item in items:
        asked = set(item.fixturenames)
        if item.get_closest_marker("django_db") or asked & TOUCH_A_DATABASE:
            item.add_marker("database")
        if "browser" in asked:
            item.add_marker("browser")
