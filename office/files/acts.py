"""What files leave in the trail."""

from office.kernel.acts import acts, all_of

ACTS = all_of(
    acts("files", "view", {"view": "查看文件页面"}),
    acts("files", "download", {"download": "下载文件"}),
    acts("files", "handle", {"accept": "上传文件", "make": "生成文件", "begin_upload": "开始上传",
        "refuse_upload": "拒收上传"}),
    acts("files", "delete", {"terminate_upload": "放弃上传", "expire_upload": "清理过期上传"}),
)  # fmt: skip
THINGS = {"files.file": "文件", "files.upload": "上传"}
