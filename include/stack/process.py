"""Identity of processes, from the kernel, so that a recycled pid is never taken for one of ours."""

from pathlib import Path


def start_ticks(pid: int) -> int | None:
    """When a process started, in clock ticks since boot; with the pid it names one process and no later one.

    Returns:
        None if there is no such process, or only a zombie that nobody has waited for.

    Source: proc_pid_stat(5), fields 3 and 22; the command name in field 2 may hold spaces and brackets.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, started = fields[0], fields[19]
    return None if state in "ZX" else int(started)


def processes_of(uid: int) -> list[int]:
    """Pids of a user's processes."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and entry.stat().st_uid == uid:
                found.append(int(entry.name))
        except FileNotFoundError:  # ended meanwhile
            continue
    return found
