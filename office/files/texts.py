"""What a person reads for each refusal of this package; the sentence says what to do."""

TEXTS: dict[str, str] = {
    "files.empty": "这个文件是空的，请重新选择文件。",
    "files.type_not_taken": "只收 PDF、OFD、docx、xlsx、pptx 和 JPEG、PNG 图片，这是{found}。请另存为或打印成 PDF 后再传。",
    "files.old_office": "这是{found}，服务器不收。请用 Word 或 WPS 打开，另存为 docx、xlsx、pptx 或 PDF 后再传。",
    "files.macros": "文件里有宏，为安全起见不收。请另存为不含宏的 docx、xlsx、pptx 或 PDF 后再传。",
    "files.office_missing": "服务器没有 LibreOffice，不能显示 Word、Excel、PPT 文件。请另存为 PDF 后再传，或请管理员安装。",
    "files.ofd_renderer_missing": "服务器缺少打开 OFD 所需的组件（libgl1、libegl1）。请告知管理员安装，或另存为 PDF 后再传。",
    "files.too_large": "文件太大（{size_mib} MiB），上限为 {limit_mib} MiB。请压缩或拆分后再传。",
    "files.too_many_pages": "文件有 {pages} 页，上限为 {limit} 页。请拆分后再传。",
    "files.page_too_large": "第 {page} 页的版面过大，无法显示。请重新生成文件，或联系来文单位。",
    "files.no_such_file": "没有这个文件，或您无权查看。",
    "files.one_file": "请在 file 一栏上传一个文件。",
    "files.no_such_page": "没有第 {page} 页，这个文件共 {pages} 页。",
    "files.width_not_offered": "页面图片只有 {offered} 像素几种宽度。",
    "files.no_pdf": "这个文件不需要转换，请直接下载原文件打印。",
    "files.encrypted": "文件设有打开密码，无法阅读。请向来文单位索取不加密的文件。",
    "files.damaged": "文件已损坏或格式不正确，无法打开。请核对原件后重新上传。",
    "files.page_damaged": "第 {page} 页已损坏，无法显示，其余页不受影响。请核对原件。",
    "files.render_timeout": "这个文件在 {seconds} 秒内没有处理完。请重新生成文件（如打印成 PDF）后再传。",
    "files.worker_crashed": "这个文件无法安全打开，处理程序已中止。请重新生成文件（如打印成 PDF）后再传。",
    "files.too_heavy": "处理这个文件所需的内存超出上限。请降低扫描分辨率或拆分后再传。",
    "files.unreadable": "服务器上读不到这个文件，请稍后再试；仍然不行请告知管理员。",
    "files.render_busy": "正在处理的文件较多，请 {retry_after} 秒后再试。",
    "files.rendering_stopped": "系统正在停止或重启，请稍后再试。",
}

WARNINGS: dict[str, str] = {
    "converted": "这是 Office 文件转换后的版面，字体、分页可能与原件不同，以原文件为准。",
    "font_missing": "文件没有内嵌中文字体，本机也没有可用字体，部分文字未能显示。请下载原文件核对，并告知管理员安装中文字体。",
    "blank": "这一页没有可显示的内容。",
    "xfa": "这是动态表单文件，只能用专用软件查看完整内容，请下载原文件。",
    "page_damaged": "文件中有损坏的页，请核对原件。",
    "incomplete": "这一页有图片、字体、批注或印章未能显示，请下载原文件核对。",
}
