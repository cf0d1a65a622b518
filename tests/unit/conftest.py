"""What the unit tests share."""

from pathlib import Path

import pytest


@pytest.fixture
def root(tmp_path: Path, var: Path) -> Path:
    """The drop folder of a station."""
    (tmp_path / "drops").mkdir()
    (tmp_path / "workspace").mkdir()
    return tmp_path / "drops"
