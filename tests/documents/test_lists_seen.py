"""Lists that show others' matters leave a row, once a day, by who looked; the auditor finds it among 查看."""

from collections.abc import Mapping

from office.audit.models import AuditEntry
from tests.documents.conftest import Office
from tests.office.audit.auditor import auditor_of

#: Who asks for what, the act that it leaves, and about which thing ("{me}": the person).
LISTS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("秦望舒", "/inbox?box=handle"): ("inbox.view_list", "person:{me}"),
    ("秦望舒", "/bootstrap"): ("realtime.open", "person:{me}"),
    ("秦望舒", "/search?q=防汛"): ("search.search", "person:{me}"),
    ("秦望舒", "/files/{file}"): ("files.view", "files.file:{file}"),
    ("苏小满", "/handlings/{handling}/waiting"): ("documents.view_waiting", "documents.handling:{handling}"),
    ("苏小满", "/handlings/{handling}/reading"): ("documents.view", "documents.handling:{handling}"),
    ("苏小满", "/signatures/{signature}"): ("signing.view", "signing.signature:{signature}"),
    ("陆管理", "/accounts"): ("identity.view_accounts", "identity.account"),
    ("陆管理", "/clients"): ("identity.view_clients", "client"),
    ("陆管理", "/people"): ("organization.view_people", "person"),
    ("陆管理", "/appointments"): ("organization.view_appointments", "person"),
}


async def test_each_list_leaves_one_row_a_day_and_no_word_of_what_was_searched(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    signed = await office.sign("秦望舒", handling)
    await office.after_hold()
    auditor = await auditor_of(office.town)
    on = {"handling": handling, "signature": signed.json()["signature"]["id"]}
    on["file"] = (await office.page("苏小满", handling))["files"][0]["id"]
    for (who, path), (action, subject) in LISTS.items():
        for _ in range(2):
            answer = await (await office.town.of(who)).get(path.format(**on))
            assert answer.status_code == 200, (path, answer.text)
        about = subject.format(me=office.town.people[who], **on)
        rows = await AuditEntry.filter(action=action, subject=about, actor=f"person:{office.town.people[who]}")
        assert len(rows) == 1, (path, [row.action for row in rows])
        assert "防汛" not in str(rows[0].facts)
        found = (await auditor.get("/audit-entries", params={"action": action})).json()["items"]
        assert {(one["actor_name"], one["kind"]) for one in found} >= {(who, "查看")}, path


async def test_ones_own_signatures_state_is_no_row(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    signed = await office.sign("秦望舒", handling)
    id = signed.json()["signature"]["id"]
    assert (await (await office.town.of("秦望舒")).get(f"/signatures/{id}")).status_code == 200
    assert await AuditEntry.filter(action="signing.view").count() == 0
