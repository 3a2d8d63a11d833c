"""Layouts that are only measured on: whoever writes the rules looks neither at these papers nor at which are missed."""

from collections.abc import Callable

from tests.support.gongwen.draw import Draw, Names
from tests.support.gongwen.model import RED, Block, Break, Flow, Gap, Line, Paper, Row, Rule, Sides, Stack, Table, Title, facts

NAMES = Names(
    place="临溪市",
    code="临",
    organs=(
        ("临溪市人民政府", "临政"),
        ("临溪市人民政府办公厅", "临政办函"),
        ("中共临溪市委", "临委"),
        ("临溪市民政局", "临民发"),
        ("国家税务总局临溪市税务局", "临税发"),
        ("临溪市消防救援支队", "临消"),
        ("临溪市第一中学", "临一中"),
        ("临溪市城市建设投资集团有限公司", "临城投"),
        ("临溪市残疾人联合会", "临残联"),
        ("共青团临溪市委员会", "临团"),
        ("云阜区白石峪镇人民政府", "白政发"),
        ("临溪市信访工作联席会议办公室", "临信联办"),
    ),
    townships=("云阜区白石峪镇人民政府", "云阜区柳湾街道办事处"),
    subjects=(
        "转发《省人民政府办公厅关于优化营商环境若干措施的通知》",
        "表彰2025年度平安建设先进集体和先进个人",
        "加快推进城镇老旧小区改造",
        "组织申报第三批“绿美村庄”",
        "建立困境儿童“一对一”结对关爱机制（试行）",
        "严禁在自建房内违规设置经营性场所",
        "12345热线第2季度办理情况",
    ),
    recipients=(
        "各区（县）人民政府",
        "市政府有关委、办、局",
        "各人民团体",
        "市民政局、市财政局",
        "云阜区教育局",
        "各高等院校",
        "驻市各单位",
        "市残联",
    ),
    people=("苗青山", "尉迟望", "孙一鸣", "贺兰", "阿依古丽·买买提", "钟声"),
)


def party(draw: Draw) -> Paper:
    """A Party committee's paper, alone or with the government."""
    both = draw.maybe(0.4)
    organs = ("中共临溪市委", "临溪市人民政府") if both else ("中共临溪市委",)
    written, number = draw.number("临委发")
    kind = draw.one(("意见", "通知", "决定"))
    title, to = f"{'　'.join(organs)}关于{draw.subject()}的{kind}", draw.recipients(4)
    title = title.replace("　", " ") if draw.maybe(0.5) else title.replace("　", "")
    day, iso = draw.day()
    marks: list[Block] = [_mark("中共临溪市委文件")] if not both else [Stack(organs, size=30.0)]
    blocks = [
        Gap(3), *marks, Gap(2), Line(written, "center"), Rule(), *draw.titled(title.replace(" ", ""), 21.0),
        Flow(f"{to}：", indent=0), *draw.body(6), *draw.signed(organs, day), *draw.imprint("中共临溪市委办公室"),
    ]  # fmt: skip
    says = facts(title=title.replace(" ", ""), doc_no=number, issuer=" ".join(organs), doc_date=iso, main_to=to, kind=kind)
    return Paper(blocks, says)


def note(draw: Draw) -> Paper:
    """便函: a small red name, the number flush right, no line."""
    organ, code = draw.organ()
    written, number = draw.number(f"{code}便函")
    title, to = draw.title("", "函"), draw.one(draw.names.recipients)
    day, iso = draw.day()
    blocks = [
        Line(organ, "center", 26.0, RED, pitch=1.2), Gap(0.5), Line(written, "right", indent=10), Gap(1),
        Title(draw.broken(title, 22), 20.0), Gap(1), Flow(f"{to}:", indent=0), *draw.body(3), Flow("特此函达。"),
        *draw.signed([organ], day),
    ]  # fmt: skip
    return Paper(blocks, facts(title=title, doc_no=number, issuer=organ, doc_date=iso, main_to=to, kind="函"), top=70.0)


def led(draw: Draw) -> Paper:
    """联合行文 with the lead organ alone in the masthead; all have signed."""
    chosen = draw.rng.sample([one for one in draw.names.organs if "委" not in one[0]], 3)
    organs = [name for name, _ in chosen]
    written, number = draw.number(chosen[0][1])
    title, to = draw.title("", draw.one(("通知", "意见"))), draw.recipients(3)
    day, iso = draw.day()
    blocks = [
        Gap(3.5), _mark(f"{organs[0]}文件"), Gap(1.5), Line(written, "center"), Rule(), *draw.titled(title),
        Flow(f"{to}：", indent=0), *draw.body(5), *draw.signed(organs, day), *draw.remark(), *draw.imprint(organs[0]),
    ]  # fmt: skip
    kind = title[-2:]
    return Paper(blocks, facts(title=title, doc_no=number, issuer=" ".join(organs), doc_date=iso, main_to=to, kind=kind))


def web_page(draw: Draw) -> Paper:
    """A notice printed from a website, with its chrome and a table of what is open to the public."""
    organ, code = draw.organ()
    written, number = draw.number(code)
    kind = draw.one(("通知", "通告", "公告"))
    title, to = draw.title(organ, kind), draw.recipients(2)
    day, iso = draw.day()
    rows = (
        ("索引号", "LX001-2026-00031", "主题分类", "综合政务"),
        ("发布机构", organ, "发文字号", written),
        ("生成日期", "2026-10-08", "公开方式", "主动公开"),
    )
    to_line: list[Block] = [Flow(f"{to}：", indent=0, size=14.0)] if kind == "通知" else []
    blocks = [
        Line("您当前所在位置：首页 > 政务公开 > 文件", size=10.5), Gap(0.5), Table(rows, (0.15, 0.4, 0.15, 0.3), 10.5), Gap(1),
        Title(draw.broken(title, 22), 18.0), Line("发布时间：2026-10-08 09:31   来源：办公室   浏览次数：128", "center", 10.5),
        Gap(1), *to_line, *draw.body(5), *draw.signed([organ], day), Gap(1), Line("扫一扫在手机打开当前页", size=10.5),
    ]  # fmt: skip
    says = facts(title=title, doc_no=number, issuer=organ, doc_date=iso, main_to=to if kind == "通知" else "", kind=kind)
    return Paper(blocks, says, top=50.0)


def bulletin(draw: Draw) -> Paper:
    """简报: issue number, editor at the left and date at the right; its first article has a title of its own."""
    organ, _ = draw.organ()
    day, iso = draw.day()
    issue = draw.serial()
    headline = f"{draw.names.place}扎实推进{draw.one(('春耕生产', '移风易俗', '河湖治理'))}"
    blocks = [
        Gap(2), _mark("工作简报"), Line(f"第{issue}期（总第{issue + 200}期）", "center"), Sides(organ, day, indent=0), Rule(),
        Gap(1), Title((headline,), 20.0), Gap(1), *draw.body(5), Gap(1), Flow("报：市委办公室，市政府办公厅。", size=14),
        Flow("送：市直有关部门。", size=14),
    ]  # fmt: skip
    return Paper(blocks, facts(issuer=organ, doc_date=iso), open_to=("title", "doc_no"))


def wire(draw: Draw) -> Paper:
    """明传电报 with its head as a table."""
    organ = draw.one(("临溪市人民政府办公厅", "中共临溪市委办公厅", "临溪市防汛抗旱指挥部"))
    written, number = draw.number("临明电", tidy=True)
    title, to = draw.title("", "通知", draw.one(("应对台风“海燕”", "切实做好节日期间值班工作"))), draw.recipients(3)
    day, iso = draw.day()
    urgency = draw.one(("特提", "特急", "加急", "平急"))
    rows = (("发往", "见报头", "等级", urgency), ("发电单位", organ, "签批", ""), ("编号", written, "承办处室", "值班室"))
    blocks = [
        Gap(1), Line("明传电报", "center", 40.0, RED, pitch=1.6), Gap(1), Table(rows, (0.17, 0.43, 0.17, 0.23)),
        *draw.titled(title), Flow(f"{to}：", indent=0), *draw.body(4), *draw.signed([organ], day),
    ]  # fmt: skip
    says = facts(title=title, doc_no=number, issuer=organ, doc_date=iso, urgency=urgency, main_to=to, kind="通知")
    return Paper(blocks, says)


def request(draw: Draw) -> Paper:
    """请示 of two organs: their signers under one another, the number on the last one's line."""
    chosen = draw.rng.sample(list(draw.names.organs), 2)
    organs = tuple(name for name, _ in chosen)
    signers = draw.rng.sample(list(draw.names.people), 2)
    written, number = draw.number(chosen[0][1])
    title, to = draw.title("", "请示"), draw.one(("市人民政府", "市委", "省民政厅"))
    day, iso = draw.day()
    label = f"签发人：{signers[0]}"
    second = "　" * 4 + signers[1]
    blocks = [
        Gap(2.5), Stack(organs, size=24.0), Gap(1), Row(((0.55, label),)), Row(((0.03, written), (0.55, second))), Rule(),
        *draw.titled(title), Flow(f"{to}：", indent=0), *draw.body(4), Flow("当否，请批示。"), *draw.signed(organs, day),
        Line("（联系人：钟声，电话：0000-5550000）", indent=32), *draw.imprint(organs[0]),
    ]  # fmt: skip
    says = facts(
        title=title, doc_no=number, issuer=" ".join(organs), doc_date=iso, main_to=to, signer=" ".join(signers), kind="请示"
    )
    return Paper(blocks, says)


def answer(draw: Draw) -> Paper:
    """批复 to one township, in a smaller title, the masthead letter-spaced."""
    organ, code = draw.organ()
    written, number = draw.number(code)
    to = draw.one(draw.names.townships)
    title = f"关于同意{to}{draw.one(('调整机关内设机构', '修建污水处理站', '征收集体土地'))}的批复"
    day, iso = draw.day()
    blocks = [
        Gap(3), Line(f"{organ}文件", "center", min(30.0, 420 / len(organ) / 1.3), RED, pitch=1.15), Gap(1),
        Line(written, "center"), Rule(), Gap(1), Title(draw.broken(title, 14), 18.0), Gap(1), Flow(f"{to}：", indent=0),
        Flow("你单位《关于有关事项的请示》（白政〔2026〕6号）收悉。经研究，现批复如下："), *draw.body(3), Flow("此复。"),
        *draw.signed([organ], day), *draw.imprint(organ),
    ]  # fmt: skip
    return Paper(blocks, facts(title=title, doc_no=number, issuer=organ, doc_date=iso, main_to=to, kind="批复"))


def meeting(draw: Draw) -> Paper:
    """会议通知: times and places as lines of their own in the body; a reply slip behind."""
    organ, code = draw.organ()
    written, number = draw.number(code)
    title, to = draw.title("", "通知", f"召开全市{draw.one(('信访', '食品安全', '移民'))}工作会议"), draw.recipients(3)
    day, iso = draw.day()
    blocks = [
        Gap(3), _mark(f"{organ}文件"), Gap(1.5), Line(written, "center"), Rule(), *draw.titled(title),
        Flow(f"{to}：", indent=0), Flow("经研究，决定召开会议。现将有关事项通知如下："), Line("一、会议时间", indent=32),
        Line("2026年12月1日", indent=32), Line("二、会议地点", indent=32), Line("市行政中心第二会议室", indent=32),
        *draw.body(2), *draw.signed([organ], day), Break(), Line("附件1"), Gap(1), Title(("参会回执",)), Gap(1),
        Table((("单位", "姓名", "职务"), ("", "", ""), ("", "", "")), (0.4, 0.3, 0.3)),
        Line("2026年11月28日", "right", indent=40),
    ]  # fmt: skip
    return Paper(blocks, facts(title=title, doc_no=number, issuer=organ, doc_date=iso, main_to=to, kind="通知"))


def public_notice(draw: Draw) -> Paper:
    """公告: the organ and the kind are the title; 2026年第5号 under it; a table in the text."""
    organ, _ = draw.organ()
    title = f"{organ}公告"
    day, iso = draw.day()
    blocks = [
        Gap(2), Title((organ, "公告"), 24.0), Gap(1), Line(f"2026年第{draw.serial()}号", "center"), Gap(1), *draw.body(2),
        *draw.deadlines(), *draw.body(1), Flow("特此公告。"), *draw.signed([organ], day),
    ]  # fmt: skip
    number = next(block.text for block in blocks if isinstance(block, Line) and block.text.startswith("2026年第"))
    return Paper(blocks, facts(title=title, doc_no=number, issuer=organ, doc_date=iso, kind="公告"))


def slip(draw: Draw) -> Paper:
    """收文阅办单: labels letter-spaced, another order, times of arrival beside."""
    organ, code = draw.organ()
    written, number = draw.number(code)
    kind = draw.one(("通知", "通报"))
    title = draw.title("", kind)
    day, iso = draw.day()
    urgency = draw.one(("特急", ""))
    rows = (
        ("收文时间", "2026年11月2日", "收文号", "收〔2026〕331号"),
        ("来 文 单 位", organ, "缓  急", urgency),
        ("文  号", written, "成文日期", day),
        ("标  题", title, "页  数", "12"),
        ("拟 办", "呈市领导阅。", "", ""),
    )
    blocks: list[Block] = [Title(("收 文 阅 办 单",), 26.0), Gap(1), Table(rows, (0.18, 0.42, 0.16, 0.24), 12.0)]
    says = facts(title=title, doc_no=number, issuer=organ, doc_date=iso, urgency=urgency)
    return Paper(blocks, says, open_to=("kind",))


def sitting(draw: Draw) -> Paper:
    """纪要 by issue: who prints it at the left, when at the right; no signature."""
    day, iso = draw.day()
    organ = draw.one(("临溪市人民政府办公厅", "临溪市民政局办公室"))
    issue = f"第{draw.serial()}号"
    title = f"{draw.names.place}人民政府第12次常务会议纪要"
    blocks = [
        Gap(3), Line("会 议 纪 要", "center", 44.0, RED), Gap(1), Line(issue, "center"), Gap(0.5), Sides(organ, day, indent=0),
        Rule(), Gap(1), Title((title,), 22.0), Gap(1), *draw.body(6), Flow("出席：苗青山、贺兰、钟声。"),
    ]  # fmt: skip
    return Paper(blocks, facts(title=title, doc_no=issue, issuer=organ, doc_date=iso, kind="纪要"))


def bill(draw: Draw) -> Paper:
    """议案 to the People's Congress: number at the left, the mayor's signature."""
    organ = f"{draw.names.place}人民政府"
    written, number = draw.number("临政案")
    title = f"{organ}关于提请审议《临溪市{draw.one(('城市绿化', '养犬管理'))}条例（草案）》的议案"
    day, iso = draw.day()
    to = "市人民代表大会常务委员会"
    blocks = [
        Gap(2), _mark(organ), Gap(1), Line(written, indent=16), Rule(), *draw.titled(title), Flow(f"{to}：", indent=0),
        *draw.body(2), Flow("现提请审议。"), Gap(2), Line(f"市长　{draw.person()}", "right", indent=64),
        Line(day, "right", indent=64),
    ]  # fmt: skip
    return Paper(blocks, facts(title=title, doc_no=number, issuer=organ, doc_date=iso, main_to=to, kind="议案"))


def copied(draw: Draw) -> Paper:
    """A photocopied notice: everything black, the masthead too."""
    organ, code = draw.organ()
    written, number = draw.number(code)
    kind = draw.one(("通报", "通知"))
    title, to = draw.title(organ, kind), draw.recipients(3)
    day, iso = draw.day()
    urgency = draw.one(("特急", "", ""))
    head: list[Block] = [Line("000123"), Line(urgency)] if urgency else []
    blocks = [
        *head, Gap(2), Line(f"{organ}文件", "center", _mark(f"{organ}文件").size), Gap(1.5), Line(written, "center"),
        *draw.titled(title, 20.0), Flow(f"{to}：", indent=0), *draw.body(4), *draw.signed([organ], day), *draw.imprint(organ),
    ]  # fmt: skip
    says = facts(title=title, doc_no=number, issuer=organ, doc_date=iso, urgency=urgency, main_to=to, kind=kind)
    return Paper(blocks, says)


def long_one(draw: Draw) -> Paper:
    """Many pages before the signature, then two annexes with titles and dates."""
    organ, code = draw.organ()
    written, number = draw.number(code)
    title, to = draw.title(organ, "意见"), draw.recipients(5)
    day, iso = draw.day()
    blocks = [
        Gap(3), _mark(f"{organ}文件"), Gap(1.5), Line(written, "center"), Rule(), *draw.titled(title),
        Flow(f"{to}：", indent=0), *draw.body(36), *draw.deadlines(), *draw.body(6), Flow("附件：1.任务分工表"),
        *draw.signed([organ], day), *draw.remark(), Break(), Line("附件1"), Gap(1), Title(("任务分工表",)), Gap(1),
        *draw.deadlines(), Break(), Line("附件2"), Gap(1), Title(("关于任务考核的办法",)), Gap(1), *draw.body(3),
        *draw.imprint(organ, 1.0),
    ]  # fmt: skip
    return Paper(blocks, facts(title=title, doc_no=number, issuer=organ, doc_date=iso, main_to=to, kind="意见"))


def rewarded(draw: Draw) -> Paper:
    """决定 without recipients, signed; a list of names behind it."""
    organ, code = draw.organ()
    written, number = draw.number(code)
    title = f"{organ}关于表彰2025年度先进集体的决定"
    day, iso = draw.day()
    blocks = [
        Gap(3), _mark(f"{organ}文件"), Gap(1.5), Line(written, "center"), Rule(), *draw.titled(title), *draw.body(4),
        Flow("附件：先进集体名单"), *draw.signed([organ], day), Break(), Line("附件"), Gap(1), Title(("先进集体名单",)), Gap(1),
        *(Line(name, indent=32) for name in draw.names.townships), *draw.imprint(organ),
    ]  # fmt: skip
    return Paper(blocks, facts(title=title, doc_no=number, issuer=organ, doc_date=iso, kind="决定"))


def _mark(text: str) -> Line:
    size = min(50.0, (595.3 - 79.4 - 73.7) / max(1, len(text)))
    return Line(text, "center", max(22.0, size), RED)


LAYOUTS: tuple[Callable[[Draw], Paper], ...] = (
    party, note, led, web_page, bulletin, wire, request, answer, meeting, public_notice, slip, sitting, bill, copied, long_one,
    rewarded,
)  # fmt: skip
