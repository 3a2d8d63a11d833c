"""What a person reads for each refusal of this package; the sentence says what to do."""

TEXTS: dict[str, str] = {
    "papers.no_fonts": "服务器上没有打印用的中文字体。请管理员安装 zhiban-fonts，或把字体放进设置 fonts 所指的文件夹。",
    "papers.no_glyph": "打印字体连表单自己的字都不全：{characters}。请管理员安装 zhiban-fonts，或更换设置 fonts 中的字体。",
    "papers.not_printable": "这张表没有排成（{reason}）。请把这句话告知管理员。",
    "papers.too_large": "要打印的内容太多（{size_mib} MiB），上限为 {limit_mib} MiB。请分开打印。",
    "papers.not_bound": "文件“{name}”的版面读不出来，不能合订。请核对原件。",
    "papers.too_many_pages": "合订后超过 {limit} 页，请把附件分开归档。",
    "papers.busy": "正在打印的表单较多，请 {retry_after} 秒后再试。",
    "papers.timeout": "这张表在 {seconds} 秒内没有排完，请稍后再试；仍然不行请告知管理员。",
    "papers.worker_lost": "打印程序已中止，请稍后再试；仍然不行请告知管理员。",
}
