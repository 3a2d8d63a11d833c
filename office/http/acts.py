"""Requests that were refused: the trail names them by method and address."""

from office.kernel.acts import acts, all_of

ACTS = all_of(
    acts("http", "refused", {"get": "读取被拒绝", "head": "查询被拒绝", "options": "查询被拒绝", "post": "提交被拒绝",
        "put": "修改被拒绝", "patch": "上传被拒绝", "delete": "删除被拒绝"}),
)  # fmt: skip
