"""What a person reads of each verdict and each reason; names out of the file stand in 「」."""

from office.files.seals.shapes import Check, Outcome

OUTCOMES = {Outcome.VALID: "有效", Outcome.INVALID: "无效", Outcome.UNSURE: "无法确认"}

REASONS: dict[str, str] = {
    # V1 to V3: the package
    "files_there": "文件结构完整，签章列出的文件都在。",
    "list_unreadable_ofd": "文件结构异常：签章列表缺失或损坏。",
    "signature_unreadable": "文件结构异常：签章描述文件缺失或损坏。",
    "value_missing": "文件结构异常：签名值文件缺失。",
    "file_missing": "文件结构异常：签章列出的「{file}」不在文件中。",
    "too_many_signatures": "签章过多，后面的没有核验。",
    "nothing_covered": "文件结构异常：签章没有保护任何内容。",
    "digests_match": "受保护的 {count} 个部分都没有改动。",
    "digest_unsupported": "摘要算法「{method}」本系统不核验，不能确认内容没有改动。",
    "changed": "文件内容已被改动：{files}。",
    "list_grown": "签章列表在签章后变过，可能是后来又加盖了签章，请看其他签章的结果。",
    "covered": "全部内容都在签章保护之内。",
    "covered_by_another": "签章后增加的内容由另一个签章保护：{files}。请一并看那个签章的结果。",
    "added": "签章后有新增内容，或有内容不在保护之内：{files}。",
    # V4 to V6: the signature
    "format_known": "签章数据格式正确（版本 {version}）。",
    "format_cms": "签名数据格式正确（GB/T 35275，无印章的数字签名）。",
    "format": "签章数据格式不支持：数据损坏。",
    "format_unsupported": "签名数据格式本系统不核验（例如不带证书的签名值）。",
    "version_unknown": "签章数据格式不支持：版本 {version} 本系统不认识。",
    "certificate_unreadable": "签章人的证书无法读取。",
    "certificate_missing": "签名数据中没有签名人的证书。",
    "fits": "签章与本文件相符。",
    "other_file": "签章与文件不匹配：签章数据不是为这个文件做的。",
    "other_place": "签章与文件不匹配：签章写明的位置是「{path}」。",
    "signed": "签名值正确，由「{name}」的密钥签出。",
    "value_wrong": "签名值无效：不是证书所属密钥签出的，或签名后有改动。",
    "algorithm_unsupported": "「{name}」所用的签名算法本系统不核验。",
    "sm2_faulty": "本机的国密算法自检没有通过（{fault}），不能核验。请告知管理员。",
    # V7: the certificate
    "trusted": "证书「{name}」由受信任的「{issuer}」签发，未被吊销。",
    "issuer_unknown": "证书「{name}」的签发机构「{issuer}」不在本系统的信任目录中，不能确认是谁。请管理员放入该机构的证书。",
    "issuer_other": "证书「{name}」写明由「{issuer}」签发，但不是信任目录中那张证书签发的，可能是该机构的另一张证书。",
    "certificate_forged": "证书「{name}」不是所写的机构签发的。",
    "key_usage": "证书「{name}」不允许用于签名。",
    "critical_extension": "证书「{name}」带有本系统不认识的重要限制。",
    "issuer_expired": "签发机构「{name}」的证书当时不在有效期内。",
    "expired_since": "证书「{name}」已于 {day} 过期，又没有可信时间戳，不能确认签章当时是否有效。",
    "revoked": "证书「{name}」在签章之前已被吊销（{day}）。",
    "revoked_since": "证书「{name}」后来被吊销（{day}），又没有可信时间戳，不能确认签章是在此之前。",
    "revocation_unknown": "未能核查证书「{name}」是否吊销：信任目录中没有「{issuer}」的吊销列表。",
    "revocation_stale": "未能核查证书是否吊销：「{issuer}」的吊销列表已过期，请管理员更新。",
    "list_unreadable": "未能核查证书「{name}」是否吊销：吊销列表无法读取。",
    # V8 to V10: the seal and the time
    "may_use": "签章人在印章的使用人名单中。",
    "may_not_use": "用章人与印章不符：签章人不在印章的使用人名单中。",
    "seal_good": "印章由受信任的机构制作，没有注销。",
    "maker_unreadable": "印章制作者的证书无法读取。",
    "seal_forged": "印章无效：不是所写的制作者制作的，或被改动过。",
    "seal_times": "印章无效：印章的有效期自相矛盾。",
    "seal_cancelled": "印章已注销（编号 {id}）。",
    "maker_out_of_time": "印章无效：制作印章时，制作者「{name}」的证书不在有效期内。",
    "cancelled_unknown": "未能核查印章是否注销（编号 {id}）：信任目录中没有注销印章的名单。",
    "time_good": "签章时间在证书和印章的有效期内。",
    "time_stamped": "签章时间有可信的时间戳证明，在证书和印章的有效期内。",
    "no_time": "签章没有写明可读的时间。",
    "time_ahead": "签章时间不可信：比现在还晚。",
    "time_outside_certificate": "签章时间不可信：不在证书的有效期内。",
    "time_outside_seal": "签章时间不可信：不在印章的有效期内。",
    "stamp_unverified": "签章带有时间戳，但本系统不能确认它可信。",
    "stamp_wrong": "签章时间不可信：时间戳不正确。",
    # V11, V12: the page
    "owner_told": "印章「{seal}」与文件写明的发文机关一致。",
    "owner_on_page": "印章「{seal}」与版面上的署名一致。",
    "owner_differs": "印章与署名机关不一致：印章是「{seal}」，文件写明的是「{issuer}」。",
    "owner_not_found": "文件中没有找到与印章「{seal}」对应的署名机关，请人工核对。",
    "seal_nameless": "印章没有名称，请人工核对署名机关。",
    "placed": "印章位置正常。",
    "no_stamp": "提示：这个印章没有盖在任何一页上。",
    "stamp_without_page": "提示：印章所在的页不存在。",
    "stamp_outside": "提示：印章超出了页面。",
    "stamps_touch": "提示：印章与另一个印章重叠。",
    "seal_unproven": "这是不带印章的数字签名，文件里却另放了印章图样。印章没有核验依据，不能当作盖了章。",
    "no_seal": "这是不带印章的数字签名，不需要这一项。",
    "not_reached": "前面的数据读不出来，这一项没有核验。",
    # P1 to P6: PDF
    "pdf_whole": "签名覆盖整个文件。",
    "pdf_revision": "签名覆盖签名时的全部内容，之后另有追加。",
    "pdf_uncovered": "签名没有覆盖全部内容。",
    "pdf_intact": "签名覆盖的内容没有改动。",
    "pdf_changed": "文件内容已被改动。",
    "pdf_untouched": "签名后没有追加任何内容。",
    "pdf_lasting": "签名后只追加了长期保存所需的数据。",
    "pdf_forms": "签名后只有签名人允许的填写，或追加了签名。",
    "pdf_filled": "签名后有人填写过表单，签名人没有写明允许，请核对填写的内容。",
    "pdf_modified": "签名后文件被修改过。",
    "pdf_not_allowed": "签名后的追加超出了签名人允许的范围。",
    "pdf_signed": "签名值正确。",
    "pdf_weak": "签名用的摘要算法「{method}」已不安全，不能确认内容没有改动。",
    "pdf_unreadable": "这个签名无法读取。",
    "pdf_unsupported": "这种签名本系统不核验，或签名数据损坏。",
    "pdf_out_of_bounds": "签名数据异常（过大或嵌套过深），没有核验。",
    "pdf_document_stamp": "这是文件时间戳，本系统不核验。",
}


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"


def told(check: Check) -> str:
    """The sentence of one check; one that was kept by another version may have a reason or facts that are not known here."""
    return REASONS.get(check.reason, "这一项没有核验。").format_map(_Blank(check.facts))
