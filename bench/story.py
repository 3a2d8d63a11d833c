"""What the leader's phone moves from notice to confirmed dispatch (under 80 KiB), and its first readable page (under 25 KB)."""

import argparse
import tempfile
from pathlib import Path
from typing import Any

from bench.demo import demo_on
from bench.ground import Found, median, parser, tell

PHONE_LIMIT, PAGE_LIMIT = 80 * 1024, 25_000
FIRST_PAGE = "第 1 页"


def measured(options: argparse.Namespace) -> Found:
    """The story several times on each engine; bytes as the relay outside the program counted them, headers included."""
    times = 1 if options.quick else 5
    figures: dict[str, Any] = {"phone_limit_bytes": PHONE_LIMIT, "page_limit_bytes": PAGE_LIMIT}
    with tempfile.TemporaryDirectory() as folder:
        for engine in options.engine:
            with demo_on(engine, Path(folder)) as demo:
                figures[engine] = _account([demo.story() for _ in range(times)])
    phone = max(figures[engine]["phone_bytes_max"] for engine in options.engine)
    page = max(figures[engine]["first_page_bytes_max"] for engine in options.engine)
    verdict = f"the phone moves at most {phone} of {PHONE_LIMIT} bytes, its first page {page} of {PAGE_LIMIT}"
    return Found(figures, verdict, phone < PHONE_LIMIT and page < PAGE_LIMIT)


def _account(stories: list[dict[str, Any]]) -> dict[str, Any]:
    first = [step["up"] + step["down"] for story in stories for step in story["steps"] if step["name"].startswith(FIRST_PAGE)]
    return {
        "phone_bytes": [story["phone"]["total"] for story in stories],
        "phone_bytes_max": max(story["phone"]["total"] for story in stories),
        "first_page_bytes_max": max(first),
        "phone_ms_median": median([story["phone"]["ms"] for story in stories]),
        "total_ms_median": median([story["total"]["ms"] for story in stories]),
        "steps": [{key: step[key] for key in ("name", "who", "ms", "up", "down")} for step in stories[-1]["steps"]],
    }


if __name__ == "__main__":
    tell("story", parser(__doc__).parse_args(), measured)
