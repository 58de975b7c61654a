"""Names of parties on public pages: an organisation in full, a natural person by the surname alone. Pure.

行政处罚法 wants the decision known, 个人信息保护法 Art. 6 and 25 no more of a person than that needs. The record
does not say which a party is, so the name must. In doubt it is a person: a firm masked is a small loss.
"""

import re

MASK = "＊"
_BETWEEN = re.compile(r"[、，,；;/\n]+")
_REMARK = re.compile(r"[（(][^（）()]*[）)]?")
# What follows an organisation's name and speaks of a person.
_OF_A_PERSON = re.compile(r"[（(][^（）()]*(?:经营者|负责人|法定代表人|身份证|电话|[0-9]{6})[^（）()]*[）)]?")
_AND_OTHERS = re.compile(r"等[0-9一二三四五六七八九十百两]*[人户名家个]?$")
# Words that only organisations carry; and the last character of a trade name, which is no given name.
_ORGANISATION = re.compile(
    "公司|集团|合作社|中心|商店|商行|超市|市场|饭店|酒店|宾馆|旅馆|餐厅|餐馆|药店|药房|诊所|医院|卫生院|卫生室|学校|大学|学院|"
    "幼儿园|银行|支行|信用社|工厂|协会|商会|基金会|委员会|村委会|居委会|事务所|研究所|研究院|经营部|门市部|服务部|项目部|"
    "工作室|个体工商户|政府|大队|支队|分局|街道|物业|加油站|养殖场|农场|工程队|俱乐部|工会"
)
_TRADE = re.compile(r".{2,}[厂店部社局院所站馆铺坊场处]|.{4,}[会队组户村行城园楼]")


def is_organisation(name: str) -> bool:
    """By the name alone; False for what could be a person's."""
    return bool(_ORGANISATION.search(name) or _TRADE.fullmatch(name))


def shown(party: str) -> str:
    """The parties as a public page names them, a person as 张＊ whatever the length of the name; empty for nobody."""
    names = (name.strip() for name in _BETWEEN.split(party))
    return "、".join(_shown(name) for name in names if name)


def _shown(name: str) -> str:
    bare = _REMARK.sub("", name).strip()
    alone = _AND_OTHERS.sub("", bare)
    if is_organisation(alone):
        return _OF_A_PERSON.sub("", name).strip()
    return f"{alone[:1]}{MASK}{bare[len(alone) :]}"
