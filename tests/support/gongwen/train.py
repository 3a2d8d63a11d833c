"""Layouts that whoever writes the rules may look at."""

from collections.abc import Callable

from tests.support.gongwen.draw import Draw, Names
from tests.support.gongwen.model import RED, Block, Break, Flow, Gap, Line, Paper, Row, Rule, Sides, Stack, Table, Title, facts

NAMES = Names(
    place="青岚县",
    code="青",
    organs=(
        ("青岚县人民政府", "青政发"),
        ("青岚县人民政府办公室", "青政办发"),
        ("青岚县水利局", "青水发"),
        ("青岚县农业农村局", "青农字"),
        ("青岚县教育和体育局", "青教体"),
        ("青岚县住房和城乡建设局", "青建"),
        ("青岚县应急管理局", "青应急"),
        ("青岚县安全生产委员会办公室", "青安办"),
    ),
    townships=("禾渡镇人民政府", "石梁乡人民政府", "望川街道办事处"),
    subjects=(
        "做好2026年防汛抗旱工作",
        "进一步加强农村道路交通安全管理",
        "印发《青岚县高标准农田建设实施方案（2026—2028年）》",
        "调整县森林草原防灭火指挥部组成人员",
        "开展“清河净水”专项行动",
        "下达2026年度财政衔接推进乡村振兴补助资金计划",
    ),
    recipients=(
        "各乡镇人民政府、街道办事处",
        "县政府各部门、各直属机构",
        "县直有关单位",
        "县水利局",
        "县财政局",
        "望川经济开发区管委会",
        "各国有企业",
    ),
    people=("陆知远", "欧阳砺锋", "沈禾", "江若舟", "司马澜", "韩立言"),
)


def downward(draw: Draw) -> Paper:
    """红头: the masthead with 文件, number, red line, title, recipients, signature, imprint."""
    organ, code = draw.organ()
    kind = draw.one(("通知", "通报", "意见", "决定"))
    written, number = draw.number(code)
    title, to = draw.title(organ, kind), draw.recipients()
    day, iso = draw.day()
    urgency = draw.one(("特急", "加急", "", "", ""))
    top: list[Block] = [Line(urgency)] if urgency else [Gap(1)]
    blocks = [
        *top, Gap(2.5), _mark(f"{organ}文件"), Gap(1.5), Line(written, "center"), Rule(), *draw.titled(title),
        Flow(f"{to}：", indent=0), *draw.body(draw.rng.choice((3, 5, 9))), *draw.signed([organ], day), *draw.remark(),
        *draw.imprint(organ),
    ]  # fmt: skip
    says = facts(title=title, doc_no=number, issuer=organ, doc_date=iso, urgency=urgency, main_to=to, kind=kind)
    return Paper(blocks, says)


def upward(draw: Draw) -> Paper:
    """上行文: number at the left, 签发人 at the right."""
    organ, code = draw.organ()
    kind = draw.one(("请示", "报告"))
    written, number = draw.number(code)
    title, to, signer = draw.title(organ, kind), draw.one(("县人民政府", "县委、县政府", "市水利局")), draw.person()
    day, iso = draw.day()
    close = "妥否，请批示。" if kind == "请示" else "特此报告。"
    blocks = [
        Gap(3.5), _mark(f"{organ}文件"), Gap(1.5), Sides(written, f"签发人：{signer}"), Rule(), *draw.titled(title),
        Flow(f"{to}：", indent=0), *draw.body(5), Flow(close), *draw.signed([organ], day), *draw.remark(), *draw.imprint(organ),
    ]  # fmt: skip
    says = facts(title=title, doc_no=number, issuer=organ, doc_date=iso, main_to=to, signer=signer, kind=kind)
    return Paper(blocks, says)


def letter(draw: Draw) -> Paper:
    """信函格式: the name alone, number at the right under the line."""
    organ, code = draw.organ()
    written, number = draw.number(f"{code[:-1]}函" if len(code) > 2 else f"{code}函")
    title, to = draw.title(organ, "函"), draw.one(draw.names.recipients)
    day, iso = draw.day()
    urgency = draw.one(("加急", "", ""))
    number_row: Block = Sides(urgency, written, indent=0) if urgency else Line(written, "right")
    blocks = [
        _mark(organ), Rule(), number_row, Gap(1), *draw.titled(title), Flow(f"{to}：", indent=0), *draw.body(4),
        *draw.signed([organ], day),
    ]  # fmt: skip
    says = facts(title=title, doc_no=number, issuer=organ, doc_date=iso, urgency=urgency, main_to=to, kind="函")
    return Paper(blocks, says, top=85.0)


def joint(draw: Draw) -> Paper:
    """联合行文 with all organs in the masthead."""
    chosen = draw.rng.sample(list(draw.names.organs), draw.rng.choice((2, 3)))
    organs = tuple(name for name, _ in chosen)
    written, number = draw.number(chosen[0][1])
    title, to = draw.title("", "通知"), draw.recipients(3)
    day, iso = draw.day()
    blocks = [
        Gap(3), Stack(organs, size=24.0), Gap(1.5), Line(written, "center"), Rule(), *draw.titled(title),
        Flow(f"{to}：", indent=0), *draw.body(4), *draw.signed(organs, day), *draw.imprint(organs[0]),
    ]  # fmt: skip
    says = facts(title=title, doc_no=number, issuer=" ".join(organs), doc_date=iso, main_to=to, kind="通知")
    return Paper(blocks, says)


def plain_paper(draw: Draw) -> Paper:
    """白头: no masthead; the title stands first."""
    organ, _ = draw.organ()
    kind = draw.one(("通知", "函", "报告", "意见"))
    title, to = draw.title("", kind), draw.recipients(2)
    day, iso = draw.day()
    blocks = [
        *draw.titled(title, draw.rng.choice((22.0, 18.0))), Flow(f"{to}：", indent=0), *draw.body(5),
        *draw.signed([organ], day),
    ]  # fmt: skip
    return Paper(blocks, facts(title=title, issuer=organ, doc_date=iso, main_to=to, kind=kind))


def minutes(draw: Draw) -> Paper:
    """纪要: organ and date in one line under the masthead."""
    day, iso = draw.day()
    organ = f"{draw.names.place}人民政府办公室"
    title = f"研究{draw.subject()}工作"
    blocks = [
        Gap(3.5), _mark(f"{draw.names.place}人民政府专题会议纪要"), Line("〔2026〕3号", "center"), Sides(organ, day, indent=0),
        Rule(), *draw.titled(title), *draw.body(5), Flow("出席：陆知远、沈禾、韩立言。"), Flow("列席：江若舟。"),
    ]  # fmt: skip
    return Paper(blocks, facts(doc_no="〔2026〕3号", issuer=organ, doc_date=iso, kind="纪要"), open_to=("title",))


def order(draw: Draw) -> Paper:
    """命令: 令号 in the middle, the signer under the text."""
    day, iso = draw.day()
    number = f"第{draw.serial()}号"
    blocks = [
        Gap(2), _mark(f"{draw.names.place}人民政府令"), Gap(2), Line(number, "center"), Gap(2), *draw.body(3), Gap(2),
        Line(f"县长  {draw.person()}", "right", indent=64), Line(day, "right", indent=64),
    ]  # fmt: skip
    return Paper(blocks, facts(doc_no=number, issuer=f"{draw.names.place}人民政府", doc_date=iso, kind="命令"))


def telegram(draw: Draw) -> Paper:
    """传真电报 with its fields in lines."""
    organ = f"{draw.names.place}防汛抗旱指挥部"
    written, number = draw.number("青汛电", tidy=True)
    title, to = draw.title("", "通知", draw.one(("启动防汛四级应急响应", "做好强降雨防范应对工作"))), draw.recipients(2)
    day, iso = draw.day()
    urgency = draw.one(("特提", "特急", "加急", "平急"))
    blocks = [
        Gap(1), _mark(f"{draw.names.place}传真电报"), Gap(1), Row(((0.0, "发电单位"), (0.2, organ), (0.65, "签批盖章"))),
        Row(((0.0, f"等级 {urgency}·明电"), (0.6, written))), Rule(), *draw.titled(title), Flow(f"{to}：", indent=0),
        *draw.body(4), *draw.signed([organ], day),
    ]  # fmt: skip
    says = facts(title=title, doc_no=number, issuer=organ, doc_date=iso, urgency=urgency, main_to=to, kind="通知")
    return Paper(blocks, says)


def form(draw: Draw) -> Paper:
    """文件处理单: a table that names its fields; what it says is the paper's."""
    organ, code = draw.organ()
    written, number = draw.number(code)
    kind = draw.one(("通知", "函"))
    title = draw.title(organ, kind)
    day, iso = draw.day()
    urgency = draw.one(("特急", "加急", ""))
    rows = (
        ("来文单位", organ, "收文日期", "2026年9月3日"),
        ("来文字号", written, "收文编号", "A127"),
        ("成文日期", day, "紧急程度", urgency),
        ("文件标题", title, "份数", "1"),
        ("拟办意见", "请分管领导阅示。", "", ""),
        ("领导批示", "", "", ""),
    )
    blocks: list[Block] = [
        Title((f"{draw.names.place}人民政府办公室文件处理单",), 20.0),
        Gap(1),
        Table(rows, (0.16, 0.44, 0.16, 0.24)),
    ]
    says = facts(title=title, doc_no=number, issuer=organ, doc_date=iso, urgency=urgency)
    return Paper(blocks, says, open_to=("kind",))


def decision(draw: Draw) -> Paper:
    """决定 with the date of the meeting in brackets under the title, and no signature."""
    organ = f"{draw.names.place}人民代表大会常务委员会"
    title = f"{organ}{draw.one(('关于批准2026年县级预算调整方案的', '关于接受辞职请求的'))}决定"
    day, iso = draw.day()
    note = f"（{day}{draw.names.place}第十八届人民代表大会常务委员会第三次会议通过）".replace(" ", "")
    blocks = [*draw.titled(title), Line(note, "center", size=14), Gap(1), *draw.body(3)]
    return Paper(blocks, facts(title=title, doc_date=iso, kind="决定"))


def announcement(draw: Draw) -> Paper:
    """通告: no recipients; the number under the title."""
    organ, code = draw.organ()
    title = f"{organ}关于{draw.one(('禁止在县城规划区燃放烟花爆竹', '划定城区禁止停车路段'))}的通告"
    written, number = draw.number(code)
    day, iso = draw.day()
    blocks = [*draw.titled(title), Line(written, "center"), Gap(1), *draw.body(4), *draw.signed([organ], day)]
    return Paper(blocks, facts(title=title, doc_no=number, issuer=organ, doc_date=iso, kind="通告"))


def with_annex(draw: Draw) -> Paper:
    """A notice that issues a plan: after the signature an annex with a title, a table of dates and organs of its own."""
    organ, code = draw.organ()
    written, number = draw.number(code)
    title, to = draw.title(organ, "通知", "印发《2026年重点工作任务清单》"), draw.recipients(2)
    day, iso = draw.day()
    blocks = [
        Gap(3.5), _mark(f"{organ}文件"), Gap(1.5), Line(written, "center"), Rule(), *draw.titled(title),
        Flow(f"{to}：", indent=0), *draw.body(3), Gap(1), Flow("附件：2026年重点工作任务清单"), *draw.signed([organ], day),
        Break(), Line("附件"), Gap(1), Title(("2026年重点工作任务清单",)), Gap(1), *draw.deadlines(), *draw.body(3),
        Line("青岚县绩效考核领导小组", "right", indent=40), Line("2026年1月1日", "right", indent=40), *draw.imprint(organ, 1.0),
    ]  # fmt: skip
    return Paper(blocks, facts(title=title, doc_no=number, issuer=organ, doc_date=iso, main_to=to, kind="通知"))


def fax(draw: Draw) -> Paper:
    """电报 whose head is a table of labels and values, each in its own cell."""
    organ = f"{draw.names.place}森林草原防灭火指挥部办公室"
    written, number = draw.number("青森防电", tidy=True)
    title, to = draw.title("", "通知", draw.one(("加强清明期间森林防火工作", "核查卫星监测热点"))), draw.recipients(2)
    day, iso = draw.day()
    urgency = draw.one(("特提", "特急", "加急", "平急"))
    rows = (("发电单位", organ, "签批盖章", ""), ("等  级", urgency, "电报号", written))
    blocks = [
        _mark(f"{draw.names.place}发电"), Gap(1), Table(rows, (0.15, 0.45, 0.15, 0.25), 13.0), *draw.titled(title, 20.0),
        Flow(f"{to}：", indent=0), *draw.body(3), *draw.signed([organ], day),
    ]  # fmt: skip
    says = facts(title=title, doc_no=number, issuer=organ, doc_date=iso, urgency=urgency, main_to=to, kind="通知")
    return Paper(blocks, says)


def published(draw: Draw) -> Paper:
    """From the county's website: a table of what is open to the public over the title; its dates are not the paper's."""
    organ, code = draw.organ()
    written, number = draw.number(code)
    kind = draw.one(("通知", "意见"))
    title, to = draw.title(organ, kind), draw.recipients(2)
    day, iso = draw.day()
    rows = (
        ("索  引  号：", "QL0031/2026-00127", "发文日期：", "2026-10-19"), ("发文机构：", organ, "文  号：", written),
        ("标    题：", title, "有效性：", "有效"),
    )  # fmt: skip
    blocks = [
        Table(rows, (0.15, 0.45, 0.15, 0.25), 10.5), Gap(1.5), Title(draw.broken(title, 20), 20.0), Gap(1),
        Flow(f"{to}：", indent=0), *draw.body(4), *draw.signed([organ], day),
    ]  # fmt: skip
    says = facts(title=title, doc_no=number, issuer=organ, doc_date=iso, main_to=to, kind=kind)
    return Paper(blocks, says, top=60.0)


def numbered_notice(draw: Draw) -> Paper:
    """公告 under a masthead of its own, numbered by year without a code."""
    organ, _ = draw.organ()
    day, iso = draw.day()
    number = f"2026年第{draw.serial()}号"
    title = f"关于{draw.one(('公布行政执法主体的', '注销部分医疗机构执业许可证的', '征集民生实事项目的'))}公告"
    blocks = [
        Gap(3), _mark(f"{organ}公告"), Gap(1.5), Line(number, "center"), Rule(), *draw.titled(title), *draw.body(3),
        Flow("特此公告。"), *draw.signed([organ], day),
    ]  # fmt: skip
    return Paper(blocks, facts(title=title, doc_no=number, issuer=organ, doc_date=iso, kind="公告"))


def in_rows(draw: Draw) -> Paper:
    """联合行文 whose signatures stand side by side, and whose number stands in one span with the signer."""
    chosen = draw.rng.sample(list(draw.names.organs[2:6]), 2)
    organs = tuple(name for name, _ in chosen)
    written, number = draw.number(chosen[0][1])
    title, to, signers = draw.title("", "请示"), "县人民政府", draw.rng.sample(list(draw.names.people), 2)
    day, iso = draw.day()
    blocks = [
        Gap(2.5), Stack(organs, size=24.0), Gap(1.5), Row(((0.03, written), (0.5, f"签发人：{signers[0]}　{signers[1]}"))),
        Rule(), *draw.titled(title), Flow(f"{to}：", indent=0), *draw.body(3), Flow("妥否，请批示。"), Gap(2),
        Row(((0.05, organs[0]), (0.55, organs[1]))), Line(day, "right", indent=64), *draw.remark(), *draw.imprint(organs[0]),
    ]  # fmt: skip
    says = facts(
        title=title, doc_no=number, issuer=" ".join(organs), doc_date=iso, main_to=to, signer=" ".join(signers), kind="请示"
    )
    return Paper(blocks, says)


def bare_minutes(draw: Draw) -> Paper:
    """会议纪要 of an office: the whole name in the masthead, 第N期, organ and date in a line, attendance before the text."""
    day, iso = draw.day()
    organ = f"{draw.names.place}人民政府办公室"
    blocks = [
        Gap(2), _mark("会 议 纪 要"), Gap(0.5), Line(f"第{draw.serial()}期", "center"), Gap(0.5),
        Row(((0.0, organ), (0.68, day))), Rule(), Gap(1), Line("会议时间：2026年3月3日", indent=32),
        Line("会议地点：县政府二楼会议室", indent=32), *draw.body(4),
    ]  # fmt: skip
    return Paper(blocks, facts(issuer=organ, doc_date=iso, kind="纪要"), open_to=("title", "doc_no"))


def _mark(text: str) -> Line:
    size = min(46.0, (595.3 - 79.4 - 73.7) / max(1, len(text)))
    return Line(text, "center", max(22.0, size), RED)


LAYOUTS: tuple[Callable[[Draw], Paper], ...] = (
    downward, upward, letter, joint, plain_paper, minutes, order, telegram, form, decision, announcement, with_annex,
    fax, published, numbered_notice, in_rows, bare_minutes,
)  # fmt: skip
