"""What people read when numbering says no."""

TEXTS = {
    "numbering.code_malformed": "机关代字只能用汉字和字母，最多 20 个字，请修改。",
    "numbering.year_out_of_range": "年份 {year} 有误，请核对成文日期。",
    "numbering.on_hold": "“{series}”编号已暂停（{reason}），请文书先到“我的—编号核对”里确认最后一个已用的编号。",
    "numbering.closed": "“{series}”编号已封存（{reason}），请改用现行的编号。",
    "numbering.code_of_other_unit": "代字“{code}”{year}年已由其他单位使用，请核对机关代字。",
    "numbering.series_unknown": "没有这个编号序列，请刷新。",
    "numbering.number_unknown": "没有这个编号，请刷新。",
    "numbering.already_void": "{number} 已作废，无需再次操作。",
    "numbering.not_reserved": "{number} 不是预留号，不能启用。",
    "numbering.not_on_hold": "“{series}”编号没有暂停，无需确认。",
    "numbering.below_recorded": "系统里已用到 {last} 号，确认的编号不能小于它，请核对登记簿。",
    "numbering.too_far": "系统里用到 {last} 号，与确认的编号相差超过 {most}，请核对后重试。",
    "numbering.too_many": "一次最多预留 {most} 个编号，请分次预留。",
    "numbering.not_of_unit": "只能为自己所在的现有单位编号；单位已撤并的，请由承接单位办理。",
    "numbering.not_clerk": "只有本单位文书可以管理编号，请联系文书。",
}
