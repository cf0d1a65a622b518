"""Identity of processes."""

import os
import subprocess
import sys

from stack.process import start_ticks


def test_a_zombie_counts_as_dead() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert start_ticks(child.pid) is None
    child.wait()


def test_the_start_time_is_found_behind_a_command_name_with_brackets_and_spaces() -> None:
    program = "open('/proc/self/comm', 'w').write('a) R 1 (b'); print(1, flush=True); input()"
    child = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout and child.stdin
    child.stdout.readline()
    ours = start_ticks(os.getpid())
    theirs = start_ticks(child.pid)
    child.communicate(b"\n")
    assert ours is not None and theirs is not None and theirs >= ours
