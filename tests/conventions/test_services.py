"""Only services change state: pages, commands and queries ask them, and no room writes another's tables."""

import ast
from pathlib import Path

import app as house
from app.accounts import models as accounts_models

ROOMS = Path(house.__file__).parent
ASKERS = ("views", "views.py", "cli.py", "forms", "forms.py", "queries", "queries.py", "operations", "shapes")
CHANGES = {"transaction", "audit"}
WRITES = {"insert", "update", "delete"}
NO_ROOM = {"core", "demo", "simulator"}


def calls(file: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]


def name_of(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def files() -> list[Path]:
    return [file for file in sorted(ROOMS.rglob("*.py")) if file.relative_to(ROOMS).parts[0] not in NO_ROOM]


def test_pages_operations_commands_and_queries_begin_no_change_and_write_no_audit_line() -> None:
    askers = [file for file in files() if any(part in ASKERS for part in file.relative_to(ROOMS).parts[1:])]
    assert len(askers) > 50
    assert [str(file.relative_to(ROOMS)) for file in askers if any(name_of(call.func) in CHANGES for call in calls(file))] == []


def test_the_shapes_of_documents_read_nothing() -> None:
    """They get what they show: so a page of them costs what its queries do."""
    shapes = [file for file in files() if "shapes" in file.relative_to(ROOMS).parts]
    assert len(shapes) > 20
    ground = {"app.core.database", "sqlalchemy"}
    assert [str(file.relative_to(ROOMS)) for file in shapes if imported(file) & ground] == []


def imported(file: Path) -> set[str]:
    return {node.module or "" for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ImportFrom)}


def test_the_tables_of_accounts_are_written_by_accounts_alone() -> None:
    theirs = {name for name, kind in vars(accounts_models).items() if isinstance(kind, type) and hasattr(kind, "__table__")}
    assert "Staff" in theirs
    others = [file for file in files() if file.relative_to(ROOMS).parts[0] != "accounts"]
    written = [
        (str(file.relative_to(ROOMS)), call.lineno)
        for file in others
        for call in calls(file)
        if name_of(call.func) in theirs or (name_of(call.func) in WRITES and any(name_of(each) in theirs for each in call.args))
    ]
    assert written == []
