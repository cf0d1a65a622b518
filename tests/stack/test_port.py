"""A port stays the same from one start to the next, even if the file that notes it was damaged."""

import socket
from pathlib import Path

import pytest

from stack.port import remembered_port


def test_a_noted_port_is_taken_again(tmp_path: Path) -> None:
    assert remembered_port(tmp_path / "port") == remembered_port(tmp_path / "port")


@pytest.mark.parametrize("left", ["", "\n", "12 345", "x"])
def test_a_note_that_was_cut_off_is_none(tmp_path: Path, left: str) -> None:
    (tmp_path / "port").write_text(left)
    assert remembered_port(tmp_path / "port") == int((tmp_path / "port").read_text())


def test_a_port_that_another_program_has_taken_is_given_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        (tmp_path / "port").write_text(str(other.getsockname()[1]))
        assert remembered_port(tmp_path / "port") != other.getsockname()[1]
