"""What the organization leaves in the trail."""

from office.kernel.acts import acts, all_of

ACTS = all_of(
    acts("organization", "delegate", {"delegate": "授权代办", "revoke_delegation": "撤回授权"}),
    acts("organization", "role", {"appoint": "任命", "end_appointment": "结束任职", "add_post": "新增岗位",
        "change_post": "调整岗位", "add_person": "新增人员", "change_person": "更正人员"}),
    acts("organization", "configure", {"add_unit": "新增单位", "rename_unit": "单位更名", "move_unit": "单位改隶",
        "add_section": "新增内设机构", "add_region": "导入行政区划", "place_unit": "单位所在区划",
        "import_year": "导入放假安排", "set_calendar_day": "调整工作日", "unset_calendar_day": "取消工作日调整",
        "save_group": "保存发送范围", "report_absence": "登记外出", "end_absence": "结束外出"}),
    acts("organization", "view", {"view_people": "查看人员列表", "view_appointments": "查看任职列表"}),
    acts("organization", "delete", {"end_unit": "撤并单位", "end_post": "撤销岗位", "end_section": "撤销内设机构",
        "delete_group": "删除发送范围"}),
)  # fmt: skip
THINGS = {
    "organization.post": "岗位", "organization.unit": "单位", "organization.section": "内设机构", "organization.region": "区划",
    "organization.delegation": "授权", "organization.group": "发送范围", "organization.calendar_day": "工作日",
    "organization.calendar_year": "年度放假安排",
}  # fmt: skip
