"""Fixtures of the tests of the one-machine installation."""

from collections.abc import Iterator

import pytest

from stack.postgres import Cluster


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster apart from the other tests': these kill it and set its roles' passwords."""
    server = Cluster(tmp_path_factory.mktemp("own"), shared_buffers="64MB").start()
    yield server
    server.stop()
