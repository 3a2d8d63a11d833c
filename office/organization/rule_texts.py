"""What people read when a pure rule of the organization says no; the package's catalogue takes these in."""

RULE_TEXTS: dict[str, str] = {
    "organization.workdays_malformed": "放假安排文件有误：{reason}。请按模板核对后重新导入。",
    "organization.period_out_of_range": "期限应在 0 至 {most} 之间，请修改。",
    "organization.moment_without_zone": "时间缺少时区，请联系对接方按 RFC 3339 填写。",
    "organization.date_out_of_range": "日期应在 {first} 年至 {last} 年之间，请核对。",
    "organization.region_malformed": "区划代码“{code_given}”不符合国家标准，请核对后重新填写。",
    "organization.succession_ended_twice": "该单位已有撤并记录，不能再次撤并，请先核对机构沿革。",
    "organization.succession_keeper": "拆分时须指定且只指定一个承接单位，请修改。",
    "organization.succession_heir_over": "承接单位在此日期前已撤销，请改选现有单位。",
    "organization.succession_circle": "机构沿革出现循环承接，请核对各次撤并的承接单位。",
    "organization.rank_taken": "同一班子内排序号 {ranks} 重复，请调整后保存。",
    "organization.delegation_overlaps": "同一时段、同一事项已授权他人，请先撤回原授权。",
}
