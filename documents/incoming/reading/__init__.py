"""Reading an incoming document (来文识读): proposals for the register from what the file itself says, never by a guess.

`read(pages)` is the door; the clerk sees each value with its place on the page, and confirms.
"""

from documents.incoming.reading.numbers import normalise_doc_no
from documents.incoming.reading.proposal import HOW_TEXTS, How, Proposal, Reading
from documents.incoming.reading.reader import read

__all__ = ["HOW_TEXTS", "How", "Proposal", "Reading", "normalise_doc_no", "read"]
