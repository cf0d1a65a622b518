"""What the tests of the demo share."""

from pathlib import Path

import pytest

from demo import generate
from small_area import SCALE, SEED, SOURCES


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small area: every protocol, every encoding, every form of a file."""
    out = tmp_path_factory.mktemp("area") / "demo"
    generate.generate(SCALE, SEED, out, SOURCES)
    return out
