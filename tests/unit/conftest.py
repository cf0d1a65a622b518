"""What the unit tests share."""

from pathlib import Path

import pytest

from demo import generate
from small_area import SCALE, SEED, SOURCES


@pytest.fixture
def root(tmp_path: Path, var: Path) -> Path:
    """The drop folder of a station."""
    (tmp_path / "drops").mkdir()
    (tmp_path / "workspace").mkdir()
    return tmp_path / "drops"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small area: every protocol, every encoding, every form of a file."""
    out = tmp_path_factory.mktemp("area") / "demo"
    generate.generate(SCALE, SEED, out, SOURCES)
    return out
