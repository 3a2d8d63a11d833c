"""`python -m bench [--quick|--full] [--engine …]`: every benchmark, one after the other, and their verdicts at the end."""

import subprocess
import sys

NAMES = (
    "signatures",
    "lists",
    "story",
    "memory",
    "pages",
    "seals",
    "secrecy",
    "trail",
    "reading",
    "papers",
    "uploads",
    "search",
)


def main(options: list[str]) -> int:
    """0 when every limit held."""
    verdicts, codes = [], []
    for name in NAMES:
        done = subprocess.run([sys.executable, "-m", f"bench.{name}", *options], stdout=subprocess.PIPE, text=True, check=False)
        print(done.stdout, flush=True)
        codes.append(done.returncode)
        verdicts.append(done.stdout.rstrip().rpartition("\n")[2] or f"{name}: failed")
    print("\n".join(["", *verdicts]))
    return int(any(codes))


sys.exit(main(sys.argv[1:]))
