"""What the tests of faults share."""

from pathlib import Path

import pytest


@pytest.fixture
def drops(tmp_path: Path) -> Path:
    """The drop folder of a street station."""
    (tmp_path / "drops").mkdir()
    return tmp_path / "drops"
