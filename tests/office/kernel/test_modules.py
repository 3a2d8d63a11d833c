"""Manifests: every contradiction is found, all of them at once."""

from datetime import timedelta

import pytest

import asgi
from office.kernel.actor import Actor
from office.kernel.database import connection_settings
from office.kernel.endpoint import Endpoint
from office.kernel.events import Delivery, Event, Handler
from office.kernel.modules import Invariant, Job, ManifestError, Module, Permission, Publication, Registry, TodoKind
from office.kernel.refusal import Conflict, Forbidden, Gone, Invalid, NotFound, Refusal, TooLarge, TooMany, Unavailable


class Happened(Event, frozen=True):
    name = "fake.happened"
    n: int


class Stray(Event, frozen=True):
    name = "other.stray"


async def handle(event: Happened, delivery: Delivery) -> None:
    pass


async def run(actor: Actor) -> None:
    pass


async def audience(event: Happened) -> list[object]:
    return []


def endpoint(permission: str) -> Endpoint:
    return Endpoint(method="GET", path="/fakes", permission=permission, run=run, summary="假")


def test_all_contradictions_are_found_together() -> None:
    module = Module(
        name="fake",
        texts={"fake.no": "不"},
        bootstrap={"fake": run},
        events=[Happened, Stray],
        endpoints=[endpoint("fake.undeclared"), endpoint("public")],
        permissions=[Permission(name="fake.see", label="看"), Permission(name="fake.see", label="看")],
        handlers=[
            Handler(name="fake.one", event="fake.unknown", run=handle),
            Handler(name="fake.two", event="fake.happened", run=handle, reads=frozenset({"m"})),
        ],
        publications=[Publication(event="fake.happened", audience=audience), Publication(event="fake.gone", audience=audience)],  # type: ignore[arg-type]
        todo_kinds=[
            TodoKind(name="strange.kind", label="怪", box="handle", route="/x"),
            TodoKind(name="fake.lost", label="丢", box="nonsense", route="nowhere"),
        ],
        models=["no.such.models", "office.audit.models"],
        roles=frozenset({"clerk"}),
        jobs=[Job(name="fake.idle", every=timedelta(), run=run), Job(name="stray.job", every=timedelta(days=1), run=run)],  # type: ignore[arg-type]
        invariants=[Invariant(name="fake.promise", check=run), Invariant(name="fake.promise", check=run)],  # type: ignore[arg-type]
        references={"twin.thing": run},  # type: ignore[dict-item]
    )
    twin = Module(
        name="twin", texts={"fake.no": "不", "fake.other": "否"}, bootstrap={"fake": run}, models=["office.audit.models"],
        permissions=[Permission(name="twin.do", label="办", roles=frozenset({"clrek"})), Permission(name="far.do", label="办")],
    )  # fmt: skip
    with pytest.raises(ManifestError) as caught:
        Registry([module, twin, Module(name="twin", parts=frozenset({"fake"}), texts={"fake.third": "三"})])
    told = "\n".join(caught.value.problems)
    for expected in (
        "permission declared twice: fake.see",
        "text declared twice: fake.no",
        "route declared twice: GET /fakes",
        "handler fake.one waits for an unknown event: fake.unknown",
        "handler fake.two reads fields that fake.happened has not: ['m']",
        "unknown event published: fake.gone",
        "bootstrap part declared twice: fake",
        "publication of fake.happened needs either a view or a common view",
        "route GET /fakes needs an undeclared permission: fake.undeclared",
        "other.stray does not begin with its module's name, fake",
        "strange.kind does not begin with its module's name, fake",
        "to-do kind fake.lost lies in an unknown box: nonsense",
        "to-do kind fake.lost opens no page: nowhere",
        "fake has models that are not there: no.such.models",
        "models declared twice: office.audit.models",
        "module declared twice: twin",
        "job fake.idle runs every 0 s",
        "stray.job does not begin with its module's name, fake",
        "invariant declared twice: fake.promise",
        "twin.thing does not begin with its module's name, fake",
        "fake.other does not begin with its module's name, twin",
        "fake.third does not begin with its module's name, twin",
        "permission twin.do is given to unknown roles: ['clrek']",
        "far.do does not begin with its module's name, twin",
    ):
        assert expected in told


def test_the_house_agrees_with_itself() -> None:
    assert Registry(asgi.manifests()).endpoints


def test_granted_is_the_union_of_roles() -> None:
    registry = Registry([
        Module(name="fake", permissions=[
            Permission(name="fake.a", label="甲", roles=frozenset({"clerk"})),
            Permission(name="fake.b", label="乙", roles=frozenset({"leader", "clerk"})),
            Permission(name="fake.c", label="丙", scope=True),
        ]),
    ])  # fmt: skip
    assert registry.granted(frozenset({"clerk"})) == {"fake.a", "fake.b"}
    assert registry.granted(frozenset()) == frozenset()


def test_a_refusal_tells_code_status_and_facts() -> None:
    statuses = {Refusal: 400, Forbidden: 403, NotFound: 404, Conflict: 409, Gone: 410, TooLarge: 413, Invalid: 422,
                TooMany: 429, Unavailable: 503}  # fmt: skip
    for kind, status in statuses.items():
        refusal = kind("fake.no", state="done")
        assert (refusal.status, refusal.code, refusal.facts) == (status, "fake.no", {"state": "done"})
        assert "state='done'" in str(refusal)


def test_addresses_of_databases() -> None:
    assert connection_settings("sqlite:////tmp/a%20b.db")["credentials"]["file_path"] == "//tmp/a b.db"
    told = connection_settings("postgres://u%40x:p%2F@h:6543/zhiban?maxsize=5")["credentials"]
    assert told == {
        "host": "h",
        "port": 6543,
        "user": "u@x",
        "password": "p/",
        "database": "zhiban",
        "minsize": 1,
        "maxsize": 5,
    }
    with pytest.raises(ValueError, match="mysql"):
        connection_settings("mysql://h/x")
