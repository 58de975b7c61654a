"""数据字典: what each member of each record means, told by the declarations that write the records."""

import json
from typing import Any

from config.open_data.kinds import Column, kinds


def dictionary() -> list[dict[str, Any]]:
    return [
        {"name": kind.name, "title": kind.title, "members": [_member(column) for column in kind.columns()]}
        for kind in kinds()
    ]


def _member(column: Column) -> dict[str, Any]:
    told: dict[str, Any] = {"name": column.name, "label": column.label, "type": column.kind, "meaning": column.told}
    if column.labels:
        told["codes"] = column.labels
    if inner := column.inner():
        told["members"] = [_member(each) for each in inner]
    return told


def as_json() -> str:
    return json.dumps(dictionary(), ensure_ascii=False, indent=2)


def as_markdown() -> str:
    lines = ["# 数据字典", "", "JSON Lines文件用“名称”，CSV文件的表头用“中文名”，代码换成它的中文。", ""]
    for kind in dictionary():
        lines += [f"## {kind['title']}（{kind['name']}）", "", "| 名称 | 中文名 | 类型 | 说明 |", "|---|---|---|---|"]
        for member in kind["members"]:
            lines += [_line(member), *(_line(each, f"{member['name']}.") for each in member.get("members", []))]
        lines.append("")
    return "\n".join(lines)


def _line(member: dict[str, Any], before: str = "") -> str:
    codes = "；".join(f"{code} {label}" for code, label in member.get("codes", {}).items())
    told = "。".join(filter(None, [member["meaning"], codes and f"可以是：{codes}"]))
    return f"| {before}{member['name']} | {member['label']} | {member['type']} | {told.replace('|', '／')} |"
