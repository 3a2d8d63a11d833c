"""Routes for other systems."""

from documents.exchange import push, states, webhooks
from documents.exchange.schemas import StateList, StateQuery
from office import audit
from office.kernel.actor import Actor
from office.kernel.endpoint import Endpoint

PUSH, STATES = "documents.push", "documents.states"


async def read_states(actor: Actor, input: StateQuery) -> StateList:
    """States that another system reads; that it did is in the trail, once a day."""
    page = await states.list_states(actor, input)
    await audit.record_daily(actor, "exchange.read_states", actor.ref)
    return page


ENDPOINTS = [
    Endpoint(method="POST", path="/exchange/documents", permission=PUSH, run=push.push, summary="推送公文", status=201,
             form="metadata"),
    Endpoint(method="GET", path="/exchange/states", permission=STATES, run=read_states, summary="按位置读取办理状态"),
    Endpoint(method="GET", path="/webhooks", permission=STATES, run=webhooks.list_webhooks, summary="回调地址"),
    Endpoint(method="POST", path="/webhooks", permission=STATES, run=webhooks.create, summary="登记回调地址", status=201,
             idempotent=False, claimed=True, made="id"),
    Endpoint(method="POST", path="/webhooks/{id}/secrets", permission=STATES, run=webhooks.rotate, summary="更换回调签名密钥",
             status=201, idempotent=False, claimed=True, made="id"),
    Endpoint(method="POST", path="/webhooks/{id}/resumptions", permission=STATES, run=webhooks.resume,
             summary="恢复已停用的回调", claimed=True),
    Endpoint(method="POST", path="/webhooks/{id}/tests", permission=STATES, run=webhooks.send_test, summary="试发回调",
             claimed=True),
    Endpoint(method="DELETE", path="/webhooks/{id}", permission=STATES, run=webhooks.delete, summary="删除回调地址"),
]  # fmt: skip
