"""The public names: each resolves, is documented and typed, and none costs anything before its first use."""

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import chainrule as cr
from chainrule.training.optimizers.by_name import OPTIMIZERS
from sources import FILES, SOURCES, module_name

PACKAGE = SOURCES / "chainrule"

NEW_PACKAGES = """
import sys
before = set(sys.modules)
import chainrule
new = {module.partition(".")[0] for module in set(sys.modules) - before}
print(*sorted(new - sys.stdlib_module_names))
"""


def ruff_order(name: str) -> tuple[bool, bool, str]:
    """Constants, then classes, then everything else, as ruff sorts a literal ``__all__``."""
    return not name.isupper(), not name[0].isupper(), name


@pytest.mark.parametrize("name", cr.__all__)
def test_name_resolves_and_its_docstring_has_an_example(name: str) -> None:
    text = getattr(cr, name).__doc__ or ""
    assert "Example" in text, f"chainrule.{name} has no example"
    assert ">>> " in text, f"the example of chainrule.{name} cannot be run"


def test_optimizers_are_what_one_chooses_from() -> None:
    kinds = {kind.__name__ for kind in OPTIMIZERS.values()}
    assert set(cr.optimizers.__all__) == kinds | {"Scheduled"}


def test_names_are_sorted() -> None:
    assert sorted(cr.__all__, key=ruff_order) == cr.__all__


def test_dir_lists_the_public_names_and_the_version() -> None:
    assert dir(cr) == sorted([*cr.__all__, "__version__"])


def test_a_misspelled_name_is_an_attribute_error_that_python_can_mend() -> None:
    with pytest.raises(AttributeError, match="module 'chainrule' has no attribute 'error'") as raised:
        cr.error  # type: ignore[attr-defined]
    assert (raised.value.name, raised.value.obj) == ("error", cr)


def test_type_checkers_see_the_same_names() -> None:
    branch = next(node for node in ast.parse(inspect.getsource(cr)).body if isinstance(node, ast.If))
    assert ast.unparse(branch.test) == "TYPE_CHECKING"
    seen: dict[str, Any] = {}
    exec(compile(ast.Module(branch.body, type_ignores=[]), str(cr.__file__), "exec"), seen)
    del seen["__builtins__"]
    assert seen == {name: getattr(cr, name) for name in cr.__all__}


@pytest.mark.parametrize("name", cr.__all__)
def test_no_module_hides_a_public_name(name: str) -> None:
    if not inspect.ismodule(getattr(cr, name)):
        hidden_by = [path for path in (PACKAGE / name, PACKAGE / f"{name}.py") if path.exists()]
        assert not hidden_by, f"importing chainrule.{name} would replace the function or class of that name"


def test_import_loads_no_other_package() -> None:
    done = subprocess.run([sys.executable, "-c", NEW_PACKAGES], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["chainrule"]


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_module_lists_its_public_names(file: Path) -> None:
    module = import_module(module_name(file))
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    tree = ast.parse(file.read_text(encoding="utf-8"))
    public = {node.name for node in tree.body if isinstance(node, definitions) and not node.name.startswith("_")}
    assert hasattr(module, "__all__"), f"{file} has no __all__"
    assert public <= set(module.__all__), "list in __all__, or begin with an underscore"
    assert all(hasattr(module, name) for name in module.__all__)
