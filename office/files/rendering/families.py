"""What stands in for which Chinese family (字体替换): the nearest face that a machine may have."""

_SANS = (
    b"Source Han Sans SC",
    b"Noto Sans CJK SC",
    b"FandolHei",
    b"WenQuanYi Micro Hei",
    b"WenQuanYi Zen Hei",
    b"Droid Sans Fallback",
)
SERIF = (b"Source Han Serif SC", b"Noto Serif CJK SC", b"Noto Serif SC", b"FandolSong", b"AR PL UMing CN", *_SANS)
_FANG = (b"FangSong", b"FangSong_GB2312", b"Zhuque Fangsong (technical preview)", b"FandolFang R", b"FandolFang", *SERIF)
_KAI = (b"KaiTi", b"KaiTi_GB2312", b"LXGW WenKai", b"FandolKai", b"AR PL UKai CN", *_FANG[3:])
_BOLD_SERIF = (b"FZXiaoBiaoSong-B05S", b"Noto Serif CJK SC Bold", b"FandolSong Bold", *SERIF)

FAMILIES: tuple[tuple[tuple[str, ...], tuple[bytes, ...]], ...] = (
    (("小标宋", "xiaobiaosong", "xbs"), _BOLD_SERIF),
    (("仿宋", "fangsong", "simfang", "stfang"), _FANG),
    (("楷", "kaiti", "simkai", "stkai"), _KAI),
    (("黑", "hei", "gothic", "yahei"), _SANS),
    (("宋", "song", "simsun", "ming"), SERIF),
)


def family_of(face: bytes) -> tuple[bytes, ...] | None:
    """The faces to try for a name, nearest first; None where it is no Chinese family's. PDFs write names in UTF-8 or GBK."""
    try:
        name = face.decode("utf-8")
    except UnicodeDecodeError:
        name = face.decode("gb18030", "replace")
    lowered = name.lower()
    return next((faces for hints, faces in FAMILIES if any(hint in lowered for hint in hints)), None)
