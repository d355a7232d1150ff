"""Every table is named in one place, so that migrations do not see it only because some page or face was opened."""

import ast
from pathlib import Path

from flask import Flask

from app.core.database import Model

LIST = Path(__file__).parents[2] / "app" / "tables.py"
GROUND = "app.core."
"""Its tables are those of `db` itself."""


def test_the_list_of_tables_names_the_models_of_every_room_and_face(app: Flask) -> None:  # the whole house is imported
    named = {each.name for node in ast.parse(LIST.read_text()).body if isinstance(node, ast.Import) for each in node.names}
    homes = {mapper.class_.__module__ for mapper in Model.registry.mappers if not mapper.class_.__module__.startswith(GROUND)}
    assert len(homes) > 30
    assert {home for home in homes if not any(home == name or home.startswith(f"{name}.") for name in named)} == set()
