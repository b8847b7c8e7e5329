"""Plug-ins are found, not listed: every module of a package that carries the one constant."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Protocol


class Coded(Protocol):
    """Anything with a code of its own."""

    @property
    def code(self) -> str:
        """The name it is known by, for ever."""


@cache
def discover(package: str, constant: str) -> dict[str, Coded]:
    """By code, the plug-ins of a package: one module, one constant. Codes are unique."""
    found: dict[str, Coded] = {}
    home = importlib.import_module(package)
    for info in sorted(pkgutil.iter_modules(home.__path__), key=lambda each: each.name):
        module = importlib.import_module(f"{package}.{info.name}")
        plug_in: Coded | None = getattr(module, constant, None)
        if plug_in is None:
            continue
        if plug_in.code in found:
            raise ValueError(f"two plug-ins of {package} call themselves {plug_in.code}")
        found[plug_in.code] = plug_in
    return found
