"""How many connections the process may hold: each takes a file descriptor (RLIMIT_NOFILE), and other things need some too."""

import contextlib
import resource

#: Descriptors for all but connections: the database, files being sent, rendering workers, the log.
RESERVE = 512


def room(wanted: int) -> int:
    """How many of the wanted connections fit; the soft limit is raised as far as that needs and the hard one lets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    need = wanted + RESERVE
    if soft == resource.RLIM_INFINITY or soft >= need:
        return wanted
    most = need if hard == resource.RLIM_INFINITY else min(need, hard)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return fitting(resource.getrlimit(resource.RLIMIT_NOFILE)[0], wanted)


def fitting(descriptors: int, wanted: int) -> int:
    """How many of the wanted connections so many descriptors bear; a server with very few still answers some."""
    return wanted if descriptors < 0 else max(16, min(wanted, descriptors - RESERVE))
