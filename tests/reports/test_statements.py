"""Sentences of reports against the tables: contradictions are found, what speaks of something else is left alone."""

import pytest

from reports.cells import OUTCOME_ROWS
from reports.text import statements
from reports.text.claims import normalised

# 10 received and 1 carried in, 9 answered, 2 carried out; 2 reviews and 1 suit.
CELLS = {f"requests.{row}.total": 0 for row in OUTCOME_ROWS} | {
    "requests.new.total": 10,
    "requests.carried_in.total": 1,
    "requests.granted.total": 4,
    "requests.partial.total": 1,
    "requests.process_information.total": 1,
    "requests.not_held.total": 2,
    "requests.other_handling.total": 1,
    "requests.answered_total.total": 9,
    "requests.carried_out.total": 2,
    "disputes.review.total": 2,
    "disputes.litigation_direct.total": 0,
    "disputes.litigation_after_review.total": 1,
}
NOTHING = dict.fromkeys(CELLS, 0)

CONTRADICTS = [
    "2022年，共收到政府信息公开申请12件。",
    "全年受理依申请公开12件，均按时答复。",
    "本年度收到12件政府信息公开申请。",
    "全年收到信息公开申请3份。",
    "收到公民、法人和其他组织政府信息公开申请12件。",
    "我单位收到申请12件。",
    "全年收到政府信息公开申请三件。",
    "2022年共受理依申请政府信息公开事项17例，全部按时办结。",
    "共处理政府信息公开申请19件。",
    "全年办理答复政府信息公开申请7件。",
    "其中，予以公开7件，部分公开1件。",
    "其中予以公开7件。",
    "上年结转3件。",
    "结转至下一年度办理5件。",
    "部分公开2件，属于四类过程性信息3件。",
    "因政府信息公开工作被申请行政复议5件，被提起行政诉讼1件。",
    "行政诉讼3起。",
    "2022年，我局未收到政府信息公开申请。",
    "全年无依申请公开事项。",
    "收到政府信息公开申请0件。",
    "未接到公民、法人或其他组织的信息公开申请。",
    "未发生因政府信息公开引起的行政复议、行政诉讼。",
    "政府信息公开行政复议0件，行政诉讼1件。",
    "公开信息3437条，包括：人事信息12条，政务动态1740条，公告公示225条，解读信息110条，其他类信息1827条。",
]

SPEAKS_OF_SOMETHING_ELSE = [
    "2022年，共收到政府信息公开申请10件，上年结转1件。",
    "收到申请10份，均为自然人申请。其中，予以公开4件，部分公开1件。无下年度结转的其他事项。",
    "受理并答复政府信息公开申请9件。",
    "办理依申请公开合计11件，已全部按期限答复。",
    "全年未收到行政许可申请。",
    "受理行政许可申请1200件，办结1180件。",
    "共办理政府热线47件，办结47件。",
    "办结群众来信35件。",
    "答复人大代表建议6件、政协委员提案12件。",
    "收到市人大代表建议1件、市政协委员提案1件，均已办结2件。",
    "全市行政复议机构收到行政复议申请500件，受理行政复议480件。",
    "作为行政复议机关办理行政复议案件120件。",
    "代理行政诉讼35件。",
    "2021年收到政府信息公开申请1件，收到申请的数量同比增加600%。",
    "较上年收到申请减少3件。",
    "与去年同期收到申请3件相比有所增长。",
    "其中网上收到申请6件，信函收到申请4件。",
    "收到网上申请6件、邮寄申请4件。",
    "全县各部门共收到政府信息公开申请300件。",
    "全县共收到政府信息公开申请42件，上年结转0件，全年依法办结41件。",
    "县政府本级收到政府信息公开申请3件。",
    "收到申请120余件。",
    "截至2022年6月收到政府信息公开申请5件。",
    "对1000件公文进行公开属性审核，其中主动公开200件、依申请公开300件、不予公开500件。",
    "公文标注不予公开30件。",
    "收到申请10件，其中自然人8件、法人2件，网上申请6件、信函申请4件。",
    "予以公开3件，告知申请人已主动公开的获取途径1件。",
    "未收到涉及第三方权益的申请。",
    "未收到通过传真提出的申请。",
    "未收到行政复议申请的补正通知。",
    "未收到收费减免申请。",
    "2021年未收到政府信息公开申请。",
    "没有因行政复议被纠正的案件，未出现行政诉讼败诉情况。",
    "未经复议直接起诉0件。",
    "申请人对未履行答复义务不服的，可以申请行政复议。",
    "尚未审结的行政复议2件。",
    "答复申请8件，另有1件申请人撤回。",
    "在全年工作中，群众每一件申请都及时登记。",
    "建立一件一档的申请台账。",
    "组织培训3次，印发手册200份。",
    "在网站发布信息2017条，其中图解20条、视频15条。",
    "发布信息166条，其中公开指南1条，政策文件9条。",
    "共公开信息320条，其中网站发布200条，微信发布150条。",
    "发布信息320条，其中政策文件200条，工作动态150条（部分内容重复计算）。",
    "收到人大代表建议15件、政协提案20件，其中主办10件、协办25件，均按时办结35件。",
    "全年共受理行政复议申请156件，其中涉及政府信息公开类12件。",
    "出具《政府信息公开申请答复书》7件，补正告知书3件。",
    "受理政府信息公开申请10件，2021年受理政府信息公开申请6件，2020年受理3件。",
    "行政复议2件（其中结果维持1件），行政诉讼1件，一审结案1件。",
    "没有收到因信息公开不当提出的申诉，未发生因政府信息公开申请引发的举报投诉。",
]


def faults(sentence, cells=CELLS):
    return [
        *statements.contradictions(sentence, cells.get, 2022),
        *statements.zero_contradictions(sentence, cells.get, 2022),
    ]


@pytest.mark.parametrize("sentence", CONTRADICTS)
def test_sentence_at_odds_with_the_tables_is_found(sentence):
    assert faults(sentence)


@pytest.mark.parametrize("sentence", SPEAKS_OF_SOMETHING_ELSE)
def test_sentence_about_something_else_is_left_alone(sentence):
    assert faults(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "2022年，我局未收到政府信息公开申请。",
        "全年未接到信息公开申请。",
        "我局共办理依申请公开0件。",
        "本年度没有公民、法人和其他组织提出政府信息公开申请。",
        "依申请公开：无。",
        "政府信息公开申请数量为零。",
        "本年度收到的政府信息公开申请为0件。",
        "无依申请公开事项。",
        "2022年度零申请。",
    ],
)
def test_nothing_received_is_understood_however_it_is_said(sentence):
    assert statements.says_nothing_received(sentence)
    assert faults(sentence, NOTHING) == []


@pytest.mark.parametrize(
    ("written", "figure"),
    [
        ("三件", "3件"),
        ("十件", "10件"),
        ("十二件", "12件"),
        ("两宗", "2宗"),
        ("二十一起", "21起"),
        ("每一件", "每一件"),
        ("第三件", "第三件"),
    ],
)
def test_counts_in_words_are_read_as_figures(written, figure):
    assert normalised(written) == figure


def test_outcomes_may_count_what_was_carried_in():
    """8 received, 9 answered: the list after 其中 is more than what it follows, and right all the same."""
    told = "收到申请8件，其中予以公开4件、部分公开1件、不予公开1件、无法提供2件、其他处理1件。"

    assert faults(told, CELLS | {"requests.new.total": 8}) == []
    assert faults(told, CELLS | {"requests.new.total": 8, "requests.answered_total.total": 8})
