"""Pages of an invented official document, drawn as the server's renditions would look."""

import io
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONTS = Path("/usr/share/fonts/opentype/noto")
BODY = (
    "各乡镇人民政府，县政府各部门：\n"
    "　　据县气象台预报，11月24日至26日我县有一次强降雨过程，累计雨量80至120毫米，局地可达150毫米以上，"
    "山洪、地质灾害风险高。为切实做好防范应对工作，经县政府同意，现将有关事项通知如下。\n"
    "　　一、压实责任。各乡镇主要负责人要在岗在位，靠前指挥，分管负责人要逐村逐点检查。\n"
    "　　二、排查隐患。对山塘水库、地质灾害点、在建工地、低洼易涝点开展一次全面排查，发现问题立即整改，"
    "一时不能整改的要落实专人盯守。\n"
    "　　三、转移避险。严格落实临灾转移“五停”要求，确保不漏一户、不落一人。\n"
    "　　四、值班值守。严格执行24小时值班和领导带班制度，重要情况30分钟内电话报告、60分钟内书面报告。\n"
    "　　请于11月24日18时前将落实情况报县应急指挥中心。\n"
)


@lru_cache
def font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    path = FONTS / ("NotoSerifCJK-Bold.ttc" if bold else "NotoSerifCJK-Regular.ttc")
    return ImageFont.truetype(str(path), size, index=2) if path.exists() else ImageFont.load_default(size)


def wrap(text: str, width: int) -> list[str]:
    lines = []
    for paragraph in text.split("\n"):
        while paragraph:
            lines.append(paragraph[:width])
            paragraph = paragraph[width:]
    return lines


@lru_cache
def page(title: str, doc_no: str, number: int, width: int) -> bytes:
    """One A4 page as WebP, `width` pixels wide; page 1 has the red letterhead."""
    image = Image.new("RGB", (1080, 1528), "white")
    pen = ImageDraw.Draw(image)
    top = 160
    if number == 1:
        pen.text((540, 190), "青山县人民政府办公室文件", font=font(62, True), fill="#c9151e", anchor="mm")
        pen.text((540, 300), doc_no, font=font(30), fill="black", anchor="mm")
        pen.line((150, 335, 930, 335), fill="#c9151e", width=4)
        for n, line in enumerate(wrap(title, 20)):
            pen.text((540, 420 + n * 56), line, font=font(42, True), fill="black", anchor="mm")
        top = 560
    text = BODY if number == 1 else BODY * 2
    for n, line in enumerate(wrap(text, 26)[: (1528 - top - 120) // 52]):
        pen.text((150, top + n * 52), line, font=font(30), fill="black")
    pen.text((540, 1470), f"— {number} —", font=font(26), fill="black", anchor="mm")
    small = image.resize((width, round(1528 * width / 1080)), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "WEBP", quality=60)
    return out.getvalue()
