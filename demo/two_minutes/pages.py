"""The paper of the story, and its pages drawn here from the file itself, to hold against what the server shows."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from demo.door import Json
from demo.papers import FOLDER
from office.files.rendering.pool import Pool, PoolSettings
from office.files.sniff import OFFICE, sniff

#: The option that says who has seen every page of what has no words.
DECLARE = "--not-classified-by"
OWN = FOLDER / "urgent-notice.pdf"
WIDTH = 540
TOLD: Json = {
    "title": "青岚县人民政府办公室关于全力防范应对新一轮强降雨过程的紧急通知", "docNo": "青政办发〔2026〕31号",
    "docType": "通知", "urgency": "特急", "issuerMark": "青岚县人民政府办公室文件",
    "signature": "青岚县人民政府办公室", "docDate": "2026-07-08",
    "printOrg": "青岚县人民政府办公室", "printDate": "2026-07-08",
    "mainTo": ["各乡镇人民政府", "街道办事处", "县政府有关部门", "各直属机构"],
}  # fmt: skip
#: What the file must have been read to say: the name in the reading, the name in the metadata.
READ = (("title", "title"), ("doc_no", "docNo"), ("issuer", "signature"), ("doc_date", "docDate"), ("urgency", "urgency"))


@dataclass(frozen=True)
class Paper:
    """The file that is pushed: its bytes, digest, metadata, and its pages 540 px wide as they must look.

    An Office file has no pages of its own, the server sets them: `pages` is empty.
    """

    name: str
    data: bytes
    media_type: str
    metadata: Json
    pages: list[bytes]
    own: bool

    @property
    def digest(self) -> str:
        """SHA-256, hex."""
        return hashlib.sha256(self.data).hexdigest()


async def prepare(path: Path | None, declared_by: str = "") -> Paper:
    """Read the paper and draw its pages. Raises OSError, and Refusal for a file that cannot be shown.

    `declared_by` has seen every page and says that none bears a mark: without it scans and pictures are not taken.
    """
    file = path or OWN
    metadata = TOLD if path is None else {"title": file.stem[:400], "urgency": "特急"}
    metadata = {**metadata, "notClassifiedBy": declared_by} if declared_by else metadata
    with file.open("rb") as opened:
        kind = sniff(opened)
    pages = [] if kind in OFFICE else await _drawn(file)
    return Paper(file.name, file.read_bytes(), kind.value, metadata, pages, path is None)


async def _drawn(file: Path) -> list[bytes]:
    async with Pool(PoolSettings(workers=1)) as pool:
        seen = await pool.inspect(file)
        return [(await pool.render(file, number, WIDTH)).data for number in range(len(seen.pages))]
