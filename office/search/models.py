"""Tables of search that models can say; the index itself, and who finds what, stand in the migrations' beside_models files."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from office.kernel.fields import facts, instant


class SearchEntry(Model):
    """One thing that can be found. `no` is its place in time: the milliseconds of `at`, then twenty bits of its reference.

    `words` is what it says itself, folded, a line for each place; `said` the same as it was written, (where, words); `digest`
    is of all that the index was made of, so that making it again where nothing changed costs nothing.
    """

    no = fields.BigIntField(primary_key=True, generated=False)
    ref = fields.CharField(max_length=160, unique=True)
    at: Any = instant()
    words = fields.TextField()
    said: Any = facts(default=list)
    digest = fields.CharField(max_length=32, default="")

    class Meta:
        table = "search_entry"


class SearchText(Model):
    """The words of a file (文字层), once by the digest of its bytes: as shown, and folded."""

    digest = fields.CharField(max_length=64, primary_key=True)
    shown = fields.TextField()
    words = fields.TextField()

    class Meta:
        table = "search_text"
