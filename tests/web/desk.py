"""The people at their desks and the county's OA, through the public HTTP interface: what brings work to the phone."""

import json
from collections.abc import Mapping
from itertools import count
from typing import Any
from uuid import uuid4

import httpx

from demo.accounts import Credential, of
from demo.papers import FOLDER, registration_of
from demo.town import OA, SECOND, STORY_CLERK, STORY_LEADER, STORY_OFFICES, TOWNSHIP, clerk_of, unit_plan
from tests.support.tls import TLS

Json = dict[str, Any]
LEADER, CLERK = STORY_LEADER, STORY_CLERK
TITLE = "青岚县人民政府办公室关于做好持续强降雨防范应对和地质灾害隐患排查工作的紧急通知"
PROPOSAL = f"拟请陆镇长阅示。建议由{STORY_OFFICES[0]}牵头，{'、'.join(STORY_OFFICES[1:])}配合，今晚八时前完成隐患排查。"
FOUR = f"同意。请{STORY_OFFICES[0]}牵头，{'、'.join(STORY_OFFICES[1:])}配合，今晚逐户排查到位。"
__all__ = [
    "CLERK",
    "FOUR",
    "LEADER",
    "PROPOSAL",
    "SECOND",
    "STORY_OFFICES",
    "TITLE",
    "TOWNSHIP",
    "Desk",
    "Desks",
    "Json",
    "clerk_of",
]
_number = count(100)


class Desk:
    """One caller: a person by password, or the OA by its key."""

    def __init__(self, base: str, token: str = "") -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.http = httpx.Client(base_url=f"{base}/api/v1", headers=headers, timeout=30, verify=TLS)

    def ask(self, method: str, path: str, **options: Any) -> Any:
        headers = {} if method == "GET" else {"Idempotency-Key": str(uuid4())}
        answer = self.http.request(method, path, headers=headers, **options)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content and "json" in answer.headers["content-type"] else answer.content

    def get(self, path: str, **query: Any) -> Any:
        return self.ask("GET", path, params=query)

    def post(self, path: str, body: object) -> Any:
        return self.ask("POST", path, json=body)


class Desks:
    """All of them, each logged in once."""

    def __init__(self, base: str, known: Mapping[str, Credential]) -> None:
        self.base = base
        self.known = dict(known)
        self._desks: dict[str, Desk] = {}
        self.receipt: Json = {}

    def of(self, login: str) -> Desk:
        """A person's desk: an app's session of its own, so that it does not meet the phone's."""
        if login not in self._desks:
            self._desks[login] = Desk(self.base, self._token(login))
        return self._desks[login]

    def password(self, login: str) -> str:
        return of(self.known, login).password

    def _token(self, login: str) -> str:
        if login == OA:
            return self.password(OA)
        with httpx.Client(base_url=self.base, verify=TLS) as http:
            told = {"account": login, "password": self.password(login), "client": "app"}
            answer = http.post("/api/v1/sessions", json=told)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["token"])

    def cookie(self, login: str) -> tuple[str, str]:
        """A browser's session made without its log-in screen: the cookie, and the person's id."""
        with httpx.Client(base_url=self.base, verify=TLS) as http:
            told = {"account": login, "password": self.password(login), "client": "browser"}
            answer = http.post("/api/v1/sessions", json=told)
            assert answer.status_code == 201, answer.text
            return http.cookies["zhiban"], str(answer.json()["person"]["id"])

    def push(self, title: str = TITLE, *, paper: str = "urgent-notice.pdf", to: str = TOWNSHIP, source_id: str = "",
             version: int = 1, **more: Any) -> str:  # fmt: skip
        """Push a document; the handling it became."""
        n = next(_number)
        told = {
            "source": OA, "source_id": source_id or f"test-{n}", "version": version, "title": title,
            "docNo": f"青政办发〔2026〕{n}号", "urgency": "特急", "signature": "青岚县人民政府办公室", "docType": "通知",
            "recipients": [unit_plan(to).code], **more,
        }  # fmt: skip
        files = {"file": (paper, (FOLDER / paper).read_bytes(), "application/pdf")}
        form = {"metadata": json.dumps(told, ensure_ascii=False)}
        self.receipt = self.of(OA).ask("POST", "/exchange/documents", data=form, files=files)
        assert self.receipt["unknown"] == []
        return str(self.receipt["receipts"][0]["handling"])

    def register(self, handling: str, **more: Any) -> str:
        """Sign for and register it with what was read from the file; the register number."""
        clerk = self.of(CLERK)
        clerk.post(f"/handlings/{handling}/receipts", {})
        page = clerk.get(f"/handlings/{handling}")["document"]
        form = registration_of(clerk.get(f"/handlings/{handling}/reading"), page["title"])
        form |= {"title": page["title"], "doc_no": page["doc_no"], "urgency": page["urgency"], **more}
        form.pop("duplicate_of", None)
        return str(clerk.post(f"/handlings/{handling}/registrations", form)["register_no"])

    def propose(self, handling: str, login: str = LEADER, text: str = PROPOSAL, **more: Any) -> None:
        post = self.of(login).get("/me")["posts"][0]["id"]
        lead, *assists = map(self._recipient, STORY_OFFICES)
        said = {"text": text, "order": "bottom_up", "leaders": [post], "lead": lead, "assists": assists, **more}
        self.of(CLERK).post(f"/handlings/{handling}/proposals", said)

    def _recipient(self, name: str) -> str:
        """Whom the clerk picks by name."""
        found = self.of(CLERK).get("/recipients", q=name)["items"]
        return str(next(one["ref"] for one in found if one["name"] == name))

    def bring(self, title: str = TITLE, *, to: str = LEADER, **more: Any) -> str:
        """A document that waits for a leader's word; its handling."""
        handling = self.push(title, **more)
        self.register(handling)
        self.propose(handling, to)
        return handling

    def page(self, handling: str, login: str = CLERK) -> Json:
        return dict(self.of(login).get(f"/handlings/{handling}"))

    def opinions(self, handling: str, login: str = LEADER) -> list[Json]:
        """The leaders' words on it, as somebody sees them; the clerk's proposal aside."""
        return [one for one in self.page(handling, login)["opinions"] if one["act"] != "拟办"]

    def evidence(self, signature: str, login: str = LEADER) -> Json:
        return dict(self.of(login).get(f"/signatures/{signature}/evidence"))

    def forget(self) -> None:
        """Open new connections from now on: the server was restarted."""
        for desk in self._desks.values():
            desk.http = httpx.Client(base_url=desk.http.base_url, headers=desk.http.headers, timeout=30, verify=TLS)

    def close(self) -> None:
        for desk in self._desks.values():
            desk.http.close()
