"""What a reader would stumble over: years, missing statements, hand-written numbers, last year's text."""

import pytest

from reports.figures import Figures
from reports.text import lint, similarity
from reports.text.facts import Facts
from reports.text.hand_written import hand_written
from tests.reports.test_checks import of_person, tables

OVERVIEW = (
    "（一）主动公开情况。通过网站公开信息。（二）依申请公开情况。2022年，未收到政府信息公开申请。（三）政府信息管理情况。规范管理。"
    "（四）平台建设情况。维护政府网站。（五）监督保障情况。开展培训。"
)
COMPLETE = {
    "overview": OVERVIEW,
    "problems": "存在的问题：更新不够及时。改进措施：加强检查。",
    "other": "本年度未收取信息处理费。",
}


def told(level="department", year=2022, **narrative):
    """IDs of what is found in a report with these parts."""
    report = {"year": year, "agency": {"level": level}, "narrative": {**COMPLETE, **narrative}}
    return {result.id for result in lint.of_report(report)}


def test_complete_report_has_nothing_to_be_told():
    assert told() == set()
    assert lint.of_report({"year": 2022, "narrative": {}}) == []
    for strange in (
        {"year": 2022},
        {"narrative": ["x"]},
        {"narrative": {"overview": 3}},
        {"agency": "x", "narrative": "x"},
    ):
        assert lint.of_report(strange) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "2021年，我局高度重视政府信息公开工作。",
        "2021年度，全局共发布信息20条。",
        "（一）2021年我局加强主动公开。",
        "2019年，我局高度重视政府信息公开工作。",
        "到2018年底基本完成。",
        "本报告所列数据自2021年1月1日起至2021年12月31日止。",
        "2023年，我局共收到申请3件。",
    ],
)
def test_year_that_is_not_the_reports(sentence):
    assert told(overview=OVERVIEW + sentence) == {"N-YEAR"}


@pytest.mark.parametrize(
    "sentence",
    [
        "2022年，我局共发布信息20条，2021年为15条。",
        "与2021年相比增长20%。",
        "2021年，共收到申请5件，2022年收到8件。",
        "2021年报告中指出的问题已经整改。",
        "按照《条例》（2019年修订）和国办公开办函〔2021〕30号要求。",
        "依据《中华人民共和国政府信息公开条例》（国务院令第711号，2019年5月15日起施行）。",
        "自2019年起设立政府信息公开专栏。",
        "落实《2019年政务公开工作要点》。",
        "“十四五”规划（2021—2025年）明确的任务。",
        "制定2021-2025年规划实施方案。",
        "到2035年远景目标。",
        "2023年，我局将继续做好政府信息公开工作。",
        "2023年1月16日发布。",
        "本报告所列数据自2022年1月1日起至2022年12月31日止。",
        "自2008年《条例》施行以来，公开渠道不断拓宽。",
    ],
)
def test_year_that_may_stand(sentence):
    assert told(overview=OVERVIEW + sentence) == set()


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"other": "落实上级要点。"}, {"N-MUST"}),
        ({"other": "无收费情况。"}, set()),
        ({"other": ""}, {"N-EMPTY"}),
        ({"problems": "  "}, {"N-EMPTY"}),
        ({"problems": "今年工作很好，下一步再接再厉。"}, {"N-MUST"}),
        ({"problems": "存在更新不及时的问题。"}, {"N-MUST"}),
        ({"problems": "无。"}, set()),
        ({"overview": "我局公开信息，收到申请，管理规范。"}, {"N-MUST"}),
        ({"level": "county"}, {"N-MUST"}),
        ({"level": "county", "overview": OVERVIEW + "纳入年度考核，开展社会评议，未发生责任追究。"}, set()),
        ({"preamble": "根据《条例》编制。统计期限为2022年。电子版可下载。如有疑问请联系办公室。"}, set()),
        ({"preamble": "根据《条例》编制。统计期限为2022年。电子版可下载。"}, {"N-MUST"}),
    ],
)
def test_what_must_be_said(changes, found):
    assert told(**changes) == found


SAID = "根据《条例》编制。统计期限为2022年。电子版可下载。请联系办公室。"


@pytest.mark.parametrize(
    ("preamble", "found"),
    [
        (
            "本报告由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、行政复议和行政诉讼情况、"
            "存在的主要问题及改进情况、其他需要报告的事项六部分组成。",
            set(),
        ),
        (
            "本报告由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、存在问题及改进情况、"
            "其他需要报告的事项等六部分组成。",
            {"N-SIX"},
        ),
        ("本报告由总体情况、主动公开、依申请公开、复议诉讼、存在的问题、其他事项七个部分组成。", {"N-SIX"}),
        (
            "全文包括总体情况，主动公开政府信息情况，收到和处理政府信息公开申请情况，政府信息公开行政复议、行政诉讼情况，"
            "存在的主要问题及改进情况，其他需要报告的事项6个部分。",
            set(),
        ),
        ("本报告共六个部分。", set()),
        ("本报告按照规定格式编制。", set()),
    ],
)  # fmt: skip
def test_preamble_that_counts_the_parts_names_them(preamble, found):
    assert told(preamble=SAID + preamble) == found


# Numbers written by hand


def facts(**counts):
    given = tables(new=of_person(8), answered_total=of_person(8), granted=of_person(8))
    kinds = {"website": 113, "wechat": 231, "weibo": 0, "press_event": 2, "gazette": 0, "notice_board": 0, "other": 0}
    items = {
        "total": 346,
        "by_channel_kind": kinds,
        "last_year_by_channel_kind": dict.fromkeys(kinds, 0),
        "website_by_category": {"机构职能": 2, "业务动态": 111},
    }
    proposals = {"npc": 6, "cppcc": 12, "npc_assisted": 0, "cppcc_assisted": 5, "public": 23}
    figures = Figures(2022, given, {"items": items, "proposals": proposals, **counts})
    return Facts("示例局", "我局", "", "", "办公室", "", "", "", figures)


@pytest.mark.parametrize(
    ("text", "names", "agree"),
    [
        ("网站发布政务信息共计113条，其中机构职能2条、业务动态111条", ["网站条数", "网站分类", "网站分类"], True),
        ("全年共发布微信公众号231篇", ["微信篇数"], True),
        ("全年共发布微信公众号230篇", ["微信篇数"], False),
        ("参加新闻发布会和专题访谈共计2次", ["发布会次数"], True),
        (
            "共办理人大代表建议6件，政协委员提案12件，协助办理政协委员提案5件",
            ["建议件数", "提案件数", "协办提案件数"],
            True,
        ),
        ("共办理人大代表建议7件", ["建议件数"], False),
        ("收到政府信息公开申请8件", ["新收申请"], True),
        ("网站发布信息{网站条数}条，收到申请{新收申请}件", [], True),
        ("2021年网站发布信息90条", [], True),
        ("举办培训3次，印发手册113册", [], True),
        ("业务动态12条", ["网站分类"], False),
    ],
)  # fmt: skip
def test_number_that_a_placeholder_could_stand_for(text, names, agree):
    found = hand_written("overview.proactive", text, facts())

    assert sorted(each.name for each in found) == sorted(names)
    assert all(each.agrees is agree for each in found)


# Last year's text

LAST_YEAR = (
    "我局坚持以公开为常态、不公开为例外，围绕群众关切及时公开信息，全年发布信息90条，组织培训2次，"
    "邀请群众代表走进机关参加开放日活动。"
)
OTHER = (
    "本年度新建了意见征集栏目，对涉及企业的政策逐条配上问答，开设线上讲堂，由各科室轮流讲解办事流程，"
    "并收集意见反馈给起草单位修改。"
)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        (LAST_YEAR, 100, 100),
        (LAST_YEAR.replace("90", "120"), 100, 100),
        ("2022年，" + LAST_YEAR, 85, 100),
        (OTHER, 0, 15),
        (LAST_YEAR + OTHER, 35, 65),
    ],
)
def test_likeness_of_texts(text, low, high):
    assert low <= similarity.likeness(text, LAST_YEAR) <= high


def test_too_little_to_compare():
    assert similarity.likeness("无。", LAST_YEAR) is None
    assert similarity.likeness(LAST_YEAR, "") is None
    assert similarity.likeness(["{收费情况}".join(("", ""))], LAST_YEAR) is None
