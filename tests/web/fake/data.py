"""An invented town: people, documents and to-dos, in the shapes of the HTTP contract."""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]
RENDITION = hashlib.sha256(b"rendition").hexdigest()


def at(hours: float = 0) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id() -> str:
    return str(uuid.uuid4())


def person(name: str) -> Json:
    return {"id": str(uuid.uuid5(uuid.NAMESPACE_URL, name)), "name": name}


ZHOU = person("周敏")
WU = person("吴建国")
UNIT = {"id": new_id(), "name": "柳溪镇人民政府"}
ACCOUNTS: dict[str, Json] = {
    "zhoumin": {"person": ZHOU, "password": "Liuxi#2026a", "must_change": False, "title": "副镇长"},
    "wujianguo": {"person": WU, "password": "Liuxi#2026b", "must_change": True, "title": "党政办主任"},
}
TITLES = [
    (
        "青山县人民政府办公室关于做好11月24日至26日强降雨防范应对工作的紧急通知",
        "青政办发〔2026〕58号",
        "青山县人民政府办公室",
        "特急",
    ),
    ("关于下达2026年第四季度高标准农田建设资金的通知", "青财农〔2026〕112号", "青山县财政局", ""),
    ("柳溪镇中心小学关于申请修缮校舍屋顶的请示", "柳小〔2026〕9号", "柳溪镇中心小学", "加急"),
    ("关于开展冬春农田水利设施管护检查的通知", "青水〔2026〕77号", "青山县水利局", ""),
    ("关于报送2026年度民生实事完成情况的函", "青发改函〔2026〕41号", "青山县发展和改革局", ""),
]
PHRASES = ["同意拟办意见。", "已阅。", "原则同意，请抓好落实。", "请应急办牵头办理，各村配合。", "请镇长阅示。"]
RECIPIENTS: list[dict[str, str]] = [
    {"ref": "section:emergency", "name": "应急管理办公室", "kind": "section", "hint": "柳溪镇 · 负责人 何志远"},
    {"ref": "section:water", "name": "农业农村办公室", "kind": "section", "hint": "柳溪镇 · 负责人 罗芳"},
    {"ref": "unit:shangcun", "name": "上村村民委员会", "kind": "unit", "hint": "柳溪镇所辖"},
    {"ref": "person:he", "name": "何志远", "kind": "person", "hint": "应急管理办公室主任"},
    {"ref": "group:villages", "name": "各村（社区）", "kind": "group", "hint": "14 个单位"},
    {"ref": "person:zhao", "name": "赵立新", "kind": "person", "hint": "镇长"},
]
DISPATCH = [
    {"to": "section:emergency", "name": "应急管理办公室", "role": "lead"},
    {"to": "section:water", "name": "农业农村办公室", "role": "assist"},
    {"to": "group:villages", "name": "各村（社区）", "role": "assist"},
]


def opinion(act: str, text: str, name: str, post: str, hours: float, marks: list[str], strokes: str | None = None) -> Json:
    return {
        "id": new_id(),
        "act": act,
        "text": text,
        "person": person(name),
        "post": post,
        "place": "柳溪镇",
        "marks": marks,
        "at": at(hours),
        "strokes_svg": strokes,
        "state": "effective",
        "signature": new_id(),
    }


def waiting(name: str, post: str, act: str) -> Json:
    return {
        "obligation": new_id(),
        "name": name,
        "post": post,
        "act": act,
        "label": f"请您{act}",
        "since": at(-1.2),
        "due_at": at(5),
        "seen": False,
    }


def handling(n: int) -> Json:
    """The n-th document as the unit handles it, waiting for the deputy head's word."""
    title, doc_no, issuer, urgency = TITLES[n % len(TITLES)]
    read = n == 3
    obligation = new_id()
    opinions = [
        opinion(
            "拟办", "拟请应急办牵头，农业农村办、各村配合，今日完成隐患排查。请周镇长批示。", "吴建国", "党政办主任", -1.2, []
        )
    ]
    if n == 0:
        stroke = f"/api/v1/signatures/{new_id()}/strokes.svg"
        opinions.insert(0, opinion("批示", "请周敏同志阅办，务必到村到点。", "赵立新", "镇长", -0.8, ["受李国梁委托"], stroke))
    return {
        "id": new_id(),
        "state": "批示中",
        "kind": "阅知" if read else "批办",
        "register_no": f"2026-{431 + n}",
        "urgency": urgency,
        "due_at": at([5, 50, 20, 80, -30][n % 5]),
        "due_why": ["来文要求今日18时前报送", "按批办件3个工作日", "加急件1个工作日"][n % 3],
        "received_at": at(-3),
        "unit": UNIT,
        "document": {
            "id": new_id(),
            "version": 1,
            "title": title,
            "doc_no": doc_no,
            "issuer": issuer,
            "doc_date": "2026-11-23",
            "main_to": ["各乡镇人民政府", "县政府各部门"],
            "doc_type": "通知",
            "urgency": urgency,
            "corrected": False,
        },
        "files": [
            {
                "id": new_id(),
                "name": "正文.pdf",
                "role": "main",
                "media_type": "application/pdf",
                "size": 812345,
                "pages": 3,
                "digest": RENDITION,
                "widths": [540, 720, 1080],
            },
            {
                "id": new_id(),
                "name": "附件1：重点防范区域清单.pdf",
                "role": "attachment",
                "media_type": "application/pdf",
                "size": 233000,
                "pages": 2,
                "digest": RENDITION,
                "widths": [540, 720, 1080],
            },
            {
                "id": new_id(),
                "name": "附件2：隐患排查表.xlsx",
                "role": "attachment",
                "media_type": "application/vnd.ms-excel",
                "size": 18000,
                "pages": 0,
                "digest": RENDITION,
            },
        ],
        "opinions": opinions,
        "trail": [
            {"at": at(-3), "who": "县公文交换", "what": "送达"},
            {"at": at(-2.5), "who": "吴建国", "what": "签收并登记 2026-431"},
            {"at": at(-1.2), "who": "吴建国", "what": "拟办，送周敏"},
        ],
        "unread": [waiting("罗芳", "农业农村办主任", "传阅"), waiting("陈晓", "人大主席", "传阅")],
        "unhandled": [waiting("周敏", "副镇长", "批示")],
        "sent_down": [],
        "step": {
            "obligation": obligation,
            "act": "read" if read else "instruct",
            "label": "传阅" if read else "批示",
            "asks": "党政办吴建国请您阅知" if read else "党政办吴建国请您批示：是否按拟办意见交应急办牵头办理",
            "proposal": None if read else "拟请应急办牵头，农业农村办、各村配合，今日完成隐患排查。",
            "verbs": ["act", "return", "transfer"],
            "rendition": RENDITION,
            "ticket": f"ticket.{obligation}",
            "phrases": ["已阅。"] if read else PHRASES,
        },
        "may": ["reminders"],
    }


def todo(of: Json, box: str) -> Json:
    return {
        "id": new_id(),
        "kind": "documents.sign",
        "label": of["step"]["label"],
        "box": box,
        "title": of["document"]["title"],
        "summary": "请您" + ("阅知" if box == "read" else "批示"),
        "sender": of["document"]["issuer"],
        "urgency": of["urgency"],
        "due_at": of["due_at"],
        "due_why": of["due_why"],
        "route": f"/handlings/{of['id']}",
        "source": f"documents.handling:{of['id']}",
        "state": "open",
        "opened_at": at(-1),
        "first_seen_at": None,
    }


NAMES = {str(row["ref"]): str(row["name"]) for row in RECIPIENTS}
ROLES = {"lead": "主办", "assist": "协办", "read": "阅知"}
