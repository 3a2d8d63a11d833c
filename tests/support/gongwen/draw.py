"""Drawing what a paper says: organs, numbers, titles, recipients, names and dates, all invented."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tests.support.gongwen.model import Block, Flow, Gap, Line, Row, Sides, Title

OPENINGS = ("〔", "[", "（", "【", "﹝")
CLOSINGS = ("〕", "]", "）", "】", "﹞")
DIGITS = "〇一二三四五六七八九"

PARAGRAPHS = (
    "为贯彻落实上级有关工作部署，切实保障人民群众生命财产安全，根据有关规定，结合实际，现将有关事项明确如下。",
    "一、提高思想认识。各有关单位要充分认识此项工作的重要意义，把思想和行动统一到工作要求上来，加强组织领导，压实工作责任。",
    "（一）全面摸清底数。对照清单逐项排查，建立台账，做到底数清、情况明，于3月20日前将排查结果报送，逾期未报的予以通报。",
    "二、明确工作重点。要坚持问题导向，对2025年11月6日专题会议确定的事项逐条对账销号，按照《关于印发工作要点的通知》要求推进。",
    "三、强化督促检查。要建立定期调度机制，每月25日前报送进展情况，对工作不力、进度滞后的予以约谈，确保各项任务落到实处。",
    "四、严肃工作纪律。未经批准不得擅自变更建设内容和资金用途，凡弄虚作假、优亲厚友的，一经查实依纪依法严肃处理。",
    "此前有关文件与本文件不一致的，以本文件为准。执行中遇到的问题，请及时反馈，联系人和联系电话见工作群公告。",
)


@dataclass(frozen=True)
class Names:
    """The organs, subjects and people a set of layouts draws from."""

    place: str
    code: str
    organs: Sequence[tuple[str, str]]
    townships: Sequence[str]
    subjects: Sequence[str]
    recipients: Sequence[str]
    people: Sequence[str]


class Draw:
    """A seeded hand that fills a paper."""

    def __init__(self, seed: str, names: Names) -> None:
        self.rng = random.Random(seed)
        self.names = names

    def maybe(self, share: float) -> bool:
        return self.rng.random() < share

    def one(self, choices: Sequence[str]) -> str:
        return self.rng.choice(choices)

    def organ(self) -> tuple[str, str]:
        """A name and its code (机关代字)."""
        return self.rng.choice(self.names.organs)

    def person(self) -> str:
        return self.one(self.names.people)

    def subject(self) -> str:
        return self.one(self.names.subjects)

    def serial(self) -> int:
        return self.rng.choice((1, 3, 8, 17, 26, 42, 108, 231))

    def number(self, code: str, *, tidy: bool = False) -> tuple[str, str]:
        """As written, and as it is proposed: brackets made 〔〕, blanks gone."""
        year, serial = self.rng.choice((2024, 2025, 2026)), self.serial()
        at = 0 if tidy or self.maybe(0.6) else self.rng.randrange(len(OPENINGS))
        blank = " " if not tidy and self.maybe(0.15) else ""
        return f"{code}{OPENINGS[at]}{year}{CLOSINGS[at]}{blank}{serial}{blank}号", f"{code}〔{year}〕{serial}号"

    def day(self) -> tuple[str, str]:
        """As written, and ISO 8601."""
        found = date(2024, 1, 2) + timedelta(days=self.rng.randrange(900))
        return self.written(found), found.isoformat()

    def written(self, day: date) -> str:
        form = self.rng.random()
        if form < 0.7:
            return f"{day.year}年{day.month}月{day.day}日"
        if form < 0.85:
            return f"{day.year} 年 {day.month} 月 {day.day} 日"
        year = "".join(DIGITS[int(digit)] for digit in str(day.year))
        return f"{year}年{_words(day.month)}月{_words(day.day)}日"

    def title(self, organ: str, kind: str, subject: str | None = None) -> str:
        about = f"关于{subject or self.subject()}的{kind}"
        return f"{organ}{about}" if organ and self.maybe(0.6) else about

    def broken(self, title: str, most: int = 19) -> tuple[str, ...]:
        """In lines of nearly equal, or of growing, or of shrinking length."""
        count = -(-len(title) // most)
        if count == 1:
            return (title,)
        lean = self.rng.choice((-2, 0, 0, 2))
        base = len(title) // count
        lines, left = [], title
        for at in range(count - 1):
            size = min(most, max(4, base + lean * (1 if at else -1)))
            while len(left) - size > most * (count - 1 - at):
                size += 1
            while left[size : size + 1] in {"》", "”", "、", "）", "，"}:
                size += 1
            lines.append(left[:size])
            left = left[size:]
        return (*lines, left)

    def recipients(self, count: int | None = None) -> str:
        count = count or self.rng.choice((1, 2, 2, 3, 5))
        return "，".join(self.rng.sample(list(self.names.recipients), min(count, len(self.names.recipients))))

    def body(self, count: int = 4) -> list[Block]:
        first, *rest = PARAGRAPHS
        return [Flow(text) for text in (first, *self.rng.choices(rest, k=max(0, count - 1)))]

    def titled(self, title: str, size: float = 22.0) -> list[Block]:
        most = int((595.3 - 79.4 - 73.7) / size) - 1
        return [Gap(1.5), Title(self.broken(title, most), size), Gap(1)]

    def signed(self, organs: Sequence[str], day: str) -> list[Block]:
        """Organs and date at the right, one of the customary ways."""
        way = self.rng.randrange(3)
        wide = max(len(organ) for organ in organs) * 16.0
        date_indent = 64.0 if way == 0 else 32.0
        name_indent = max(16.0, date_indent + 60 - wide / 2) if way == 0 else 32.0 if way == 1 else 48.0
        lines: list[Block] = [Gap(2)]
        lines += [Line(organ, "right", indent=name_indent) for organ in organs]
        return [*lines, Line(day, "right", indent=date_indent)]

    def imprint(self, organ: str, share: float = 0.7) -> list[Block]:
        """版记, with a print date that is not the document's."""
        if not self.maybe(share):
            return []
        copied = "，".join(self.rng.sample(list(self.names.recipients), 2))
        printed = self.written(date(2026, 9, 1) + timedelta(days=self.rng.randrange(90)))
        return [Gap(1.5), Flow(f"抄送：{copied}。", indent=14, size=14), Sides(organ, f"{printed}印发", size=14)]

    def remark(self) -> list[Block]:
        """附注 under the date."""
        choices = ("（此件公开发布）", "（联系人：江若舟，联系电话：0000-5551234）", "（此件发至村级）")
        return [Line(self.one(choices), indent=32)] if self.maybe(0.4) else []

    def deadlines(self) -> list[Block]:
        """A table of who does what by when: dates beside organs that are no signature."""
        rows: list[Block] = [Row(((0.0, "责任单位"), (0.4, "事项"), (0.7, "完成时限")))]
        for organ in self.rng.sample(list(self.names.recipients), 3):
            rows.append(Row(((0.0, organ), (0.4, "整改到位"), (0.7, f"2026年{self.rng.randrange(1, 13)}月15日"))))
        return rows


def _words(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("", "十", "二十", "三十")[tens] + (DIGITS[ones] if ones else "")
