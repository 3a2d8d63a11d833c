"""The fictional county 青岚县 as data: units, sections, people in posts. Every name is invented.

Tests use it too. Nothing here touches a database; `demo.settle` builds it through the public verbs.
"""

from dataclasses import dataclass

from office.organization.uscc import check_character, organization_character

#: No region has this code; the units' credit codes are well-formed by GB 32100-2015 and belong to nobody.
REGION = "992721"


def credit_code(number: int, kind: str = "11") -> str:
    """An invented 统一社会信用代码 with right check characters (GB 32100-2015, GB 11714-1997)."""
    body = f"{90_000_000 + number:08d}"
    start = f"{kind}{REGION}{body}{organization_character(body)}"
    return start + check_character(start)


@dataclass(frozen=True)
class UnitPlan:
    """A unit by its short name, which is its key here."""

    short: str
    name: str
    kind: str
    parent: str
    number: int
    aliases: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """Its 统一社会信用代码."""
        return credit_code(self.number, "54" if self.kind == "村（居）委会" else "12" if self.kind == "事业单位" else "11")


@dataclass(frozen=True)
class PostPlan:
    """A post and the person in it. `login` names the account; `receiving` a 收发岗; `reach` from which unit down."""

    person: str
    pinyin: str
    login: str
    title: str
    unit: str
    section: str = ""
    team: str = ""
    rank: int = 0
    roles: tuple[str, ...] = ("staff",)
    receiving: bool = False
    scope: str = ""
    reach: str = ""


COUNTY, COUNTY_OFFICE, CENTRE, SCHOOLS = "青岚县政府", "青岚县政府办", "青岚县信息中心", "青岚县教育局"
TOWNSHIP, SECOND = "禾渡镇", "石磬镇"
WATER, RESCUE = "禾渡镇水利工作站", "禾渡镇应急管理服务站"
VILLAGES = ("槐荫里村", "荻花港村", "采菱湖村", "白鹭洲村", "鲤跃滩村")
SECOND_VILLAGES = ("芭蕉箐村", "梅雪岭村")
#: The key of the fictional county's OA in the accounts file, and the name of its integration client.
OA, OA_NAME = "qinglan-oa", "青岚县协同办公系统"

UNITS = (
    UnitPlan(COUNTY, "青岚县人民政府", "政府", "", 1),
    UnitPlan(COUNTY_OFFICE, "青岚县人民政府办公室", "政府部门", COUNTY, 2),
    UnitPlan(CENTRE, "青岚县信息中心", "事业单位", COUNTY, 3),
    UnitPlan(SCHOOLS, "青岚县教育局", "政府部门", COUNTY, 4),
    UnitPlan(TOWNSHIP, "禾渡镇人民政府", "政府", COUNTY, 11, ("禾渡镇政府",)),
    UnitPlan(SECOND, "石磬镇人民政府", "政府", COUNTY, 12, ("石磬镇政府",)),
    *(UnitPlan(name, f"禾渡镇{name}民委员会", "村（居）委会", TOWNSHIP, 21 + n) for n, name in enumerate(VILLAGES)),
    UnitPlan(WATER, WATER, "事业单位", TOWNSHIP, 31),
    UnitPlan(RESCUE, RESCUE, "事业单位", TOWNSHIP, 32),
    UnitPlan("禾渡镇自然资源所", "禾渡镇自然资源所", "事业单位", TOWNSHIP, 33),
    UnitPlan("禾渡镇卫生院", "禾渡镇中心卫生院", "事业单位", TOWNSHIP, 34),
    *(UnitPlan(name, f"石磬镇{name}民委员会", "村（居）委会", SECOND, 41 + n) for n, name in enumerate(SECOND_VILLAGES)),
)

#: unit, section, kind
SECTIONS = (
    (COUNTY_OFFICE, "秘书科", "办公室"),
    (COUNTY_OFFICE, "督查室", "业务股室"),
    (TOWNSHIP, "党政综合办公室", "办公室"),
    (TOWNSHIP, "应急管理办公室", "业务股室"),
    (TOWNSHIP, "农业农村办公室", "业务股室"),
    (TOWNSHIP, "经济发展办公室", "业务股室"),
    (TOWNSHIP, "农业综合服务中心", "站所中心"),
    (SECOND, "党政综合办公室", "办公室"),
)

_LEADER, _PRINCIPAL, _CLERK = ("leader",), ("leader", "principal"), ("clerk", "staff")
_GUARD = ("security_admin", "staff")
PARTY, GOVERNMENT = "党委班子", "政府班子"

POSTS = (
    PostPlan("闻人澈", "wrc", "wenrenche", "系统管理员", CENTRE, roles=("system_admin",)),
    PostPlan("卫慎言", "wsy", "weishenyan", "安全审计员", COUNTY_OFFICE, roles=("audit_admin",)),
    PostPlan("纪晚棠", "jwt", "jiwantang", "文书", COUNTY_OFFICE, "秘书科", roles=_CLERK, receiving=True),
    PostPlan("岳听松", "yts", "yuetingsong", "督查专员", COUNTY_OFFICE, "督查室", roles=("supervisor", "staff")),
    # Two: what one has frozen another purges, and nobody lets an own false alarm through.
    PostPlan("谢知微", "xzw", "xiezhiwei", "保密管理员", COUNTY_OFFICE, "秘书科", roles=_GUARD, reach=COUNTY),
    PostPlan("卫守言", "wsy", "weishouyan", "保密管理员（督查室）", COUNTY_OFFICE, "督查室", roles=_GUARD, reach=COUNTY),
    PostPlan("褚云阶", "cyj", "chuyunjie", "文书", SCHOOLS, roles=_CLERK, receiving=True),
    PostPlan("冯砚田", "fyt", "fengyantian", "党委书记", TOWNSHIP, team=PARTY, rank=1, roles=_PRINCIPAL, scope="全面"),
    PostPlan("苏映川", "syc", "suyingchuan", "镇长", TOWNSHIP, team=GOVERNMENT, rank=1, roles=_PRINCIPAL, scope="全面"),
    PostPlan("陆知野", "lzy", "luzhiye", "副镇长", TOWNSHIP, team=GOVERNMENT, rank=2, roles=_LEADER, scope="应急、水利"),
    PostPlan("童书禾", "tsh", "tongshuhe", "副镇长（教卫）", TOWNSHIP, team=GOVERNMENT, rank=3, roles=_LEADER, scope="教育"),
    PostPlan("石砚秋", "syq", "shiyanqiu", "文书", TOWNSHIP, "党政综合办公室", roles=_CLERK, receiving=True),
    PostPlan("温如简", "wrj", "wenrujian", "督查员", TOWNSHIP, "党政综合办公室", roles=("supervisor", "staff")),
    PostPlan("江望远", "jwy", "jiangwangyuan", "应急管理办公室主任", TOWNSHIP, "应急管理办公室"),
    PostPlan("柏青原", "bqy", "baiqingyuan", "农业农村办公室主任", TOWNSHIP, "农业农村办公室"),
    PostPlan("梅知远", "mzy", "meizhiyuan", "经济发展办公室主任", TOWNSHIP, "经济发展办公室"),
    PostPlan("俞秀禾", "yxh", "yuxiuhe", "农业综合服务中心主任", TOWNSHIP, "农业综合服务中心"),
    PostPlan("槐守拙", "hsz", "huaishouzhuo", "文书", VILLAGES[0], roles=_CLERK, receiving=True),
    PostPlan("荀小满", "xxm", "xunxiaoman", "文书", VILLAGES[1], roles=_CLERK, receiving=True),
    PostPlan("凌采薇", "lcw", "lingcaiwei", "文书", VILLAGES[2], roles=_CLERK, receiving=True),
    PostPlan("鹿鸣岐", "lmq", "lumingqi", "文书", VILLAGES[3], roles=_CLERK, receiving=True),
    PostPlan("余跃波", "yyb", "yuyuebo", "文书", VILLAGES[4], roles=_CLERK, receiving=True),
    PostPlan("水清浅", "sqq", "shuiqingqian", "站长", WATER, roles=_CLERK, receiving=True),
    PostPlan("安致远", "azy", "anzhiyuan", "站长", RESCUE, roles=_CLERK, receiving=True),
    PostPlan("田守界", "tsj", "tianshoujie", "所长", "禾渡镇自然资源所", roles=_CLERK, receiving=True),
    PostPlan("白杏林", "bxl", "baixinglin", "院长", "禾渡镇卫生院", roles=_CLERK, receiving=True),
    PostPlan("司马崇岳", "smcy", "simachongyue", "党委书记", SECOND, team=PARTY, rank=1, roles=_PRINCIPAL, scope="全面"),
    PostPlan("秦砺石", "qls", "qinlishi", "镇长", SECOND, team=GOVERNMENT, rank=1, roles=_PRINCIPAL, scope="全面"),
    PostPlan("叶疏影", "ysy", "yeshuying", "副镇长", SECOND, team=GOVERNMENT, rank=2, roles=_LEADER, scope="教育、应急"),
    PostPlan("程素笺", "csj", "chengsujian", "文书", SECOND, "党政综合办公室", roles=_CLERK, receiving=True),
    PostPlan("焦若云", "jry", "jiaoruoyun", "文书", SECOND_VILLAGES[0], roles=_CLERK, receiving=True),
    PostPlan("梅望雪", "mwx", "meiwangxue", "文书", SECOND_VILLAGES[1], roles=_CLERK, receiving=True),
)

#: The people of the two-minute story, by login.
STORY_CLERK, STORY_LEADER = "shiyanqiu", "luzhiye"
#: Whom a document waits for from the first start.
WAITING_LEADER = "tongshuhe"
#: The four offices it sends the document to: the first leads.
STORY_OFFICES = (WATER, *VILLAGES[:3])

#: unit, name, members, the login of its owner
GROUPS = ((TOWNSHIP, "各村", VILLAGES, STORY_CLERK),)


def unit_plan(short: str) -> UnitPlan:
    """A unit's plan."""
    return next(unit for unit in UNITS if unit.short == short)


def clerk_of(unit: str) -> PostPlan:
    """The post that receives a unit's documents."""
    return next(post for post in POSTS if post.unit == unit and post.receiving)
