"""Search (搜索): one index for everything readable, by characters and pairs of them, scoped by reader before matching."""

from office.search.actions import MOST_TEXT, has_text, keep_text, put, put_again

__all__ = ["MOST_TEXT", "has_text", "keep_text", "put", "put_again"]
