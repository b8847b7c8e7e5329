"""Plug-ins: one file adds one thing, and no list elsewhere learns of it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from recoup.kernel.registry import discover

MODULE = "from __future__ import annotations\nfrom tests.kernel.test_registry import Plug\n"


@dataclass(frozen=True)
class Plug:
    """A plug-in with nothing but its code."""

    code: str


@pytest.fixture
def package(tmp_path, monkeypatch, request):
    """A package made of the given modules: name to code, None for one that is no plug-in."""

    def make(**modules):
        name = f"plugs_of_{abs(hash(request.node.nodeid))}"
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
        for module, code in modules.items():
            said = f"PLUG = Plug({code!r})\n" if code else ""
            (tmp_path / name / f"{module}.py").write_text(MODULE + said)
        monkeypatch.syspath_prepend(tmp_path)
        return name

    return make


def test_every_module_with_the_constant_is_found_by_its_code(package):
    found = discover(package(letter="letter", email="e-mail"), "PLUG")
    assert found == {"letter": Plug("letter"), "e-mail": Plug("e-mail")}


def test_they_come_in_the_order_of_their_modules(package):
    assert list(discover(package(b="2", a="1", c="3"), "PLUG")) == ["1", "2", "3"]


def test_a_module_without_the_constant_is_no_plug_in(package):
    assert list(discover(package(base=None, email="email"), "PLUG")) == ["email"]


def test_two_plug_ins_cannot_share_a_code(package):
    with pytest.raises(ValueError, match="call themselves email"):
        discover(package(one="email", two="email"), "PLUG")
