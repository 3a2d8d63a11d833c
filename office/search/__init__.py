"""Search (搜索): one index for everything readable, by characters and pairs of them, scoped by reader before matching."""

from office.search.actions import MOST_TEXT, forget_texts, has_text, keep_text, put, put_again
from office.search.folding import folded
from office.search.queries import newest_of

__all__ = ["MOST_TEXT", "folded", "forget_texts", "has_text", "keep_text", "newest_of", "put", "put_again"]
