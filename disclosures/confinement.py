"""What a child process does to itself before it reads what others wrote; standard library only."""

import ctypes
import os
import resource

MEMORY_BYTES = 2 * 1024**3
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000  # linux/sched.h; os.unshare came with Python 3.12


def leave_network() -> None:
    """A second wall behind the code that fetches nothing: as root, or where users may have namespaces.

    Elsewhere nothing changes.
    """
    kernel = ctypes.CDLL(None)
    if kernel.unshare(CLONE_NEWNET):
        kernel.unshare(CLONE_NEWUSER | CLONE_NEWNET)


def give_way() -> None:
    """To the processes that answer people, where the processors do not suffice for both."""
    os.nice(5)


def limit(cpu_seconds: int) -> None:
    """``cpu_seconds`` more than what earlier jobs have used; memory for all of them together."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + 1 + cpu_seconds
    # Only the lower limit, which ends the process too: the upper one could not be raised again for the next job.
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
