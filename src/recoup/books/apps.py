"""The Django application of the books."""

from __future__ import annotations

from django.apps import AppConfig


class BooksConfig(AppConfig):
    """Tables and doors."""

    name = "recoup.books"
    label = "books"
    default_auto_field = "django.db.models.BigAutoField"
