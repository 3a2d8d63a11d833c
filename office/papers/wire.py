"""What is said to a worker and what it answers: one MessagePack body each way, then the process ends."""

import msgspec


class Typeset(msgspec.Struct, frozen=True, tag="typeset"):
    """Print a form: the template's name, its data as JSON text, and the folders of fonts, of which the first `own` are the
    customer's."""

    form: str
    data: str
    folders: tuple[str, ...]
    own: int = 0


class Part(msgspec.Struct, frozen=True, tag="part"):
    """Pages to bind: a PDF, JPEG or PNG at a path; `name` is for people."""

    media_type: str
    name: str
    path: str


class Bind(msgspec.Struct, frozen=True, tag="bind"):
    """Make one PDF of parts, in their order, of at most so many pages; `beside` is a form that is printed with it, alone."""

    parts: tuple[Part | Typeset, ...]
    most_pages: int
    beside: Typeset | None = None


class Made(msgspec.Struct, frozen=True, tag="made"):
    """A PDF, how many pages it has where that was counted, and what was printed beside it; `absent` are the characters that no
    face had, in whose place their numbers stand."""

    pdf: bytes
    pages: int = 0
    beside: bytes = b""
    absent: str = ""


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """A refusal: its HTTP status, code and facts."""

    status: int
    code: str
    facts: dict[str, int | str]


Job = Typeset | Bind
Answer = Made | Refused

encode = msgspec.msgpack.Encoder().encode
_jobs: msgspec.msgpack.Decoder[Job] = msgspec.msgpack.Decoder(Job)
_answers: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)
decode_job, decode_answer = _jobs.decode, _answers.decode
