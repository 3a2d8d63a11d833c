"""Forty papers and what each of them says; an empty string means that the paper does not say it."""

from collections.abc import Callable
from typing import NamedTuple

from tests.documents.incoming.sheets import BLACK, LEFT, LINE, RED, RIGHT, TOP, WHITE, Sheet, ordinary, width

FIELDS = ("title", "doc_no", "issuer", "doc_date", "urgency", "main_to", "signer", "kind")


class Case(NamedTuple):
    name: str
    sheet: Callable[[], Sheet]
    truth: dict[str, str]


USUAL = {
    "title": "青岚县人民政府办公室关于做好防汛工作的通知",
    "doc_no": "青政办发〔2026〕31号",
    "issuer": "青岚县人民政府办公室",
    "doc_date": "2026-07-08",
    "urgency": "",
    "main_to": "各乡镇人民政府，县直各单位",
    "signer": "",
    "kind": "通知",
}


def _case(name: str, sheet: Callable[[], Sheet], **differs: str) -> Case:
    return Case(name, sheet, USUAL | differs)


def _number(written: str, value: str) -> Case:
    return _case(f"number written {written}", lambda: ordinary(doc_no=written), doc_no=value)


def _letter() -> Sheet:
    """信函格式: name alone at 30 mm, number at the right, no number on the page."""
    sheet = Sheet(y=85.0)
    sheet.line("青岚县水利局", "center", 40, RED)
    sheet.y = 150.0
    sheet.put("加急", LEFT, sheet.y)
    sheet.line("青水函〔2026〕7号", "right")
    sheet.skip(2)
    sheet.line("关于商请协助开展河道清障的函", "center", 22)
    sheet.skip(1)
    sheet.flow("县交通运输局：", indent=0)
    sheet.body()
    sheet.skip(1)
    sheet.line("青岚县水利局", "right", indent=48)
    sheet.line("2026年3月2日", "right", indent=40)
    return sheet


def _order() -> Sheet:
    sheet = Sheet(y=TOP + 57)
    sheet.line("青岚县人民政府令", "center", 44, RED)
    sheet.skip(2)
    sheet.line("第12号", "center")
    sheet.skip(2)
    sheet.body()
    sheet.skip(2)
    sheet.line("县长 欧阳砺锋", "right", indent=64)
    sheet.line("2026年1月5日", "right", indent=64)
    return sheet


def _minutes() -> Sheet:
    sheet = Sheet(y=204.0)
    sheet.line("青岚县人民政府常务会议纪要", "center", 38, RED)
    sheet.line("〔2026〕3号", "center")
    sheet.put("青岚县人民政府办公室", LEFT, sheet.y)
    sheet.put("2026年2月11日", RIGHT - width("2026年2月11日", 16), sheet.y)
    sheet.skip(2)
    sheet.line("研究春耕备耕和水利建设工作", "center", 22)
    sheet.skip(1)
    sheet.body()
    return sheet


def _telegram() -> Sheet:
    sheet = Sheet(y=TOP)
    sheet.line("青岚县传真电报", "center", 40, RED)
    sheet.skip(1)
    sheet.put("发电单位", LEFT, sheet.y)
    sheet.put("青岚县防汛抗旱指挥部", LEFT + 90, sheet.y)
    sheet.y += LINE
    sheet.put("等级 特提·明电", LEFT, sheet.y)
    sheet.put("青汛发电〔2026〕9号", RIGHT - width("青汛发电〔2026〕9号", 16), sheet.y)
    sheet.skip(3)
    sheet.line("关于启动防汛二级应急响应的通知", "center", 22)
    sheet.skip(1)
    sheet.flow("各乡镇防汛抗旱指挥部：", indent=0)
    sheet.body()
    sheet.skip(1)
    sheet.line("青岚县防汛抗旱指挥部", "right", indent=32)
    sheet.line("2026年7月8日", "right", indent=64)
    return sheet


def _joint() -> Sheet:
    """Three organs in the masthead, 文件 beside them in the middle, and all three under the text."""
    organs = ("青岚县公安局", "青岚县教育局", "青岚县民政局")
    sheet = Sheet(y=190.0)
    for organ in organs:
        sheet.put(organ, LEFT + 30, sheet.y, 34, RED)
        sheet.y += 46
    sheet.put("文件", LEFT + 330, 190.0 + 41, 44, RED)
    sheet.skip(1.5)
    sheet.line("青公联〔2026〕4号", "center")
    sheet.skip(2)
    sheet.line("关于联合开展校园周边整治的通知", "center", 22)
    sheet.skip(1)
    sheet.flow("各乡镇派出所、中心学校、民政办：", indent=0)
    sheet.body()
    sheet.skip(2)
    for index, organ in enumerate(organs):
        sheet.put(organ, LEFT + 30 + index * 150, sheet.y, 16)
    sheet.y += LINE
    sheet.line("2026年5月20日", "right", indent=64)
    return sheet


def _bare_notice() -> Sheet:
    """白头 paper of one size: centred title, no number, no masthead."""
    sheet = Sheet()
    sheet.line("关于召开半年工作会议的通知", "center")
    sheet.skip(1)
    sheet.flow("各村党支部、村委会：", indent=0)
    sheet.body()
    sheet.skip(1)
    sheet.line("禾渡镇党政办公室", "right", indent=32)
    sheet.line("2026年6月30日", "right", indent=40)
    return sheet


def _with_attachment() -> Sheet:
    """The attachment has a title, a date and an organ of its own."""
    sheet = ordinary()
    sheet.page()
    sheet.line("附件1")
    sheet.skip(1)
    sheet.line("防汛物资储备管理办法", "center", 22)
    sheet.body()
    sheet.line("青岚县应急管理局", "right", indent=40)
    sheet.line("2025年1月1日", "right", indent=40)
    return sheet


def _long(times: int) -> Sheet:
    """A signature on page 8 or later, attachments of many pages after it; the last signs with a date and an organ."""
    sheet = ordinary(times=times)
    for number in (1, 2, 3):
        sheet.page()
        sheet.line(f"附件{number}")
        sheet.line("防汛责任书", "center", 22)
        sheet.body(10)
    sheet.line("青岚县应急管理局", "right", indent=40)
    sheet.line("2025年3月1日", "right", indent=64)
    return sheet


def _long_unsigned() -> Sheet:
    """Nobody signed the body; the attachment has its own signature, and its number is written out."""
    sheet = ordinary(times=34, signed=(), day="")
    sheet.page()
    sheet.line("附件一")
    sheet.body(10)
    sheet.line("青岚县应急管理局", "right", indent=40)
    sheet.line("2025年3月1日", "right", indent=64)
    return sheet


def _cited() -> Sheet:
    """The body cites other papers by number, title and date."""
    sheet = ordinary(signed=(), day="")
    sheet.pages = [[]]
    sheet.y = TOP
    sheet.flow(
        "你局《关于申请调整预算的请示》（青水〔2026〕14号）收悉。依据青政发〔2025〕2号文件，经2026年5月6日会议研究，批复如下。"
    )
    sheet.body(3)
    return sheet


def _decision() -> Sheet:
    sheet = Sheet(y=140)
    sheet.line("青岚县人民代表大会常务委员会", "center", 22)
    sheet.line("关于批准财政预算调整方案的决定", "center", 22)
    sheet.line("（2026年6月28日青岚县人大常委会第九次会议通过）", "center")
    sheet.skip(1)
    sheet.body()
    return sheet


def _template() -> Sheet:
    return ordinary(
        marks=("XXXX人民政府文件",),
        doc_no="X政发〔20XX〕X号",
        title=("关于××××××的通知",),
        to="×××：",
        signed=("××××人民政府",),
        day="20XX年X月X日",
    )


def _hidden() -> Sheet:
    """White text over the masthead claims another number, title and organ."""
    sheet = ordinary()
    extra = Sheet()
    extra.put("假政发〔2026〕99号", LEFT, 150, 16, WHITE)
    extra.put("关于虚假内容的通知", LEFT + 140, 180, 22, WHITE)
    extra.put("特急", LEFT, TOP, 16, WHITE)
    sheet.pages[0] = extra.pages[0] + sheet.pages[0]
    return sheet


def _essay() -> Sheet:
    sheet = Sheet()
    sheet.line("乡村的早晨", "center", 22)
    sheet.body(2)
    return sheet


def _two_numbers() -> Sheet:
    sheet, extra = ordinary(), Sheet()
    extra.put("青政发〔2026〕5号", LEFT, TOP + 50)
    sheet.pages[0] += extra.pages[0]
    return sheet


def _table_of_deadlines() -> Sheet:
    """Who does what by when: lines that look like an organ and a date side by side, and the real ones after them."""
    sheet = ordinary(times=1)
    sheet.pages, sheet.y = sheet.pages[:1], 560.0
    sheet.pages[0] = [glyph for glyph in sheet.pages[0] if glyph.box.top * 842 < 555]
    for organ, day in (("县水利局", "2026年8月1日"), ("县教育局", "2026年8月15日")):
        sheet.put(organ, LEFT + 40, sheet.y)
        sheet.put(day, LEFT + 280, sheet.y)
        sheet.y += LINE
    sheet.skip(1)
    sheet.line("青岚县人民政府办公室", "right", indent=40)
    sheet.line("2026年7月8日", "right", indent=64)
    return sheet


def _dates_without_organ() -> Sheet:
    """Two lone dates at the right and no name above either: nobody can tell which is the paper's."""
    sheet = ordinary(signed=(), day="")
    sheet.pages, sheet.y = sheet.pages[:1], 620.0
    sheet.pages[0] = [glyph for glyph in sheet.pages[0] if glyph.box.top * 842 < 600]
    sheet.line("2026年8月1日", "right", indent=64)
    sheet.body()
    sheet.line("2026年8月15日", "right", indent=64)
    return sheet


NOTHING = dict.fromkeys(FIELDS, "")

CASES: tuple[Case, ...] = (
    _case("ordinary notice", lambda: ordinary()),
    _case("特急", lambda: ordinary(urgency="特急"), urgency="特急"),
    _case("加急, spaced out", lambda: ordinary(urgency="加 急"), urgency="加急"),
    _case("urgency word not in the law", lambda: ordinary(urgency="急件")),
    _case("copy number at the place of urgency", lambda: ordinary(urgency="000012")),
    _number("青政办发[2026]31号", "青政办发〔2026〕31号"),
    _number("青政办发（2026）31号", "青政办发〔2026〕31号"),
    _number("青政办发【２０２６】３１号", "青政办发〔2026〕31号"),
    _number("青政办发﹝2026﹞ 31 号", "青政办发〔2026〕31号"),
    _number("青政办发 〔 2026 〕 第31号", "青政办发〔2026〕第31号"),
    _number("青政办发〔2026〕 号", ""),
    _number("", ""),
    _case("date in Chinese numerals", lambda: ordinary(day="二〇二六年七月八日")),
    _case(
        "date in Chinese numerals with a circle",
        lambda: ordinary(day="二○二六年十一月二十三日"),
        doc_date="2026-11-23",
    ),
    _case("date with blanks", lambda: ordinary(day="2026 年 7 月 8 日")),
    _case("date with leading zeros", lambda: ordinary(day="2026年07月08日")),
    _case("date of no calendar", lambda: ordinary(day="2026年2月30日"), doc_date=""),
    _case("no date: the print date is not it", lambda: ordinary(day=""), doc_date=""),
    _case("remark after the date", lambda: ordinary(after=("（此件公开发布）",))),
    _case(
        "upward, one signer",
        lambda: ordinary(
            marks=("禾渡镇人民政府文件",),
            doc_no="禾政〔2026〕22号",
            signer="签发人：苏映川",
            title=("关于解决危桥改造资金的请示",),
            to="青岚县人民政府：",
            signed=("禾渡镇人民政府",),
        ),
        title="关于解决危桥改造资金的请示",
        doc_no="禾政〔2026〕22号",
        issuer="禾渡镇人民政府",
        main_to="青岚县人民政府",
        signer="苏映川",
        kind="请示",
    ),
    _case("two signers, a short name", lambda: ordinary(signer="签发人：苏映川  石 磊"), signer="苏映川 石磊"),
    _case("signer not filled in", lambda: ordinary(signer="签发人：□□□")),
    _case("masthead letter-spaced", lambda: ordinary(marks=("青岚县人民政府",), mark_pitch=1.6), issuer="青岚县人民政府"),
    _case(
        "masthead over two lines",
        lambda: ordinary(marks=("青岚县防汛抗旱", "指挥部办公室文件")),
        issuer="青岚县防汛抗旱指挥部办公室",
    ),
    _case(
        "joint masthead in two lines",
        lambda: ordinary(
            marks=("中共青岚县委办公室", "青岚县人民政府办公室文件"), signed=("中共青岚县委办公室", "青岚县人民政府办公室")
        ),
        issuer="中共青岚县委办公室 青岚县人民政府办公室",
    ),
    _case(
        "lead organ alone in the masthead of a joint paper",
        lambda: ordinary(marks=("青岚县公安局文件",), signed=("青岚县公安局", "青岚县教育局")),
        issuer="青岚县公安局 青岚县教育局",
    ),
    _case(
        "three organs with 文件 beside them",
        _joint,
        title="关于联合开展校园周边整治的通知",
        doc_no="青公联〔2026〕4号",
        issuer="青岚县公安局 青岚县教育局 青岚县民政局",
        doc_date="2026-05-20",
        main_to="各乡镇派出所、中心学校、民政办",
    ),
    _case("black copy of a red head", lambda: ordinary(color=BLACK)),
    _case("preprinted paper: no masthead in the file", lambda: ordinary(marks=())),
    _case(
        "title in four lines with quotation",
        lambda: ordinary(title=("青岚县人民政府办公室", "关于印发《青岚县农村公路", "养护管理办法（试行）》", "的通知")),
        title="青岚县人民政府办公室关于印发《青岚县农村公路养护管理办法（试行）》的通知",
    ),
    _case(
        "recipients over three lines",
        lambda: ordinary(to="各乡镇人民政府、街道办事处，" * 5 + "县直各单位："),
        main_to="各乡镇人民政府、街道办事处，" * 5 + "县直各单位",
    ),
    _case("no recipients", lambda: ordinary(to=""), main_to=""),
    _case("long body, signature on a later page", lambda: ordinary(times=12)),
    _case("attachment with a date and an organ of its own", _with_attachment),
    _case("signature on page 8 of 17, attachments after it", lambda: _long(34)),
    _case("signature on page 10, attachments after it", lambda: _long(40)),
    _case("ten pages without a signature, the attachment has one", _long_unsigned, doc_date=""),
    Case(
        "letter",
        _letter,
        {
            **NOTHING,
            "title": "关于商请协助开展河道清障的函",
            "doc_no": "青水函〔2026〕7号",
            "issuer": "青岚县水利局",
            "doc_date": "2026-03-02",
            "urgency": "加急",
            "main_to": "县交通运输局",
            "kind": "函",
        },
    ),
    Case(
        "order", _order, {**NOTHING, "doc_no": "第12号", "issuer": "青岚县人民政府", "doc_date": "2026-01-05", "kind": "命令"}
    ),
    Case(
        "minutes",
        _minutes,
        {**NOTHING, "doc_no": "〔2026〕3号", "issuer": "青岚县人民政府办公室", "doc_date": "2026-02-11", "kind": "纪要"},
    ),
    Case(
        "telegram",
        _telegram,
        {
            **NOTHING,
            "title": "关于启动防汛二级应急响应的通知",
            "doc_no": "青汛发电〔2026〕9号",
            "issuer": "青岚县防汛抗旱指挥部",
            "doc_date": "2026-07-08",
            "urgency": "特提",
            "main_to": "各乡镇防汛抗旱指挥部",
            "kind": "通知",
        },
    ),
    Case(
        "white-head notice of one size",
        _bare_notice,
        {
            **NOTHING,
            "title": "关于召开半年工作会议的通知",
            "issuer": "禾渡镇党政办公室",
            "doc_date": "2026-06-30",
            "main_to": "各村党支部、村委会",
            "kind": "通知",
        },
    ),
    Case(
        "decision of a meeting",
        _decision,
        {
            **NOTHING,
            "title": "青岚县人民代表大会常务委员会关于批准财政预算调整方案的决定",
            "doc_date": "2026-06-28",
            "kind": "决定",
        },
    ),
    Case("template nobody filled in", _template, NOTHING),
    Case("body only, citing other papers", _cited, NOTHING),
    Case("an essay", _essay, NOTHING),
    _case("white text that no reader sees", _hidden),
    _case("a table of deadlines", _table_of_deadlines),
    _case("two dates and no organ", _dates_without_organ, doc_date=""),
    _case("two different numbers standing alone", _two_numbers, doc_no=""),
)
