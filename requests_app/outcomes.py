"""What an answer legally comes to: one choice binds article, row of Table B, remedy and letter; pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices


class RemedyMode(TextChoices):
    """How the applicant may contest the answer (救济途径)."""

    REVIEW_FIRST = "review_first", "先行申请行政复议"
    FREE_CHOICE = "free_choice", "申请行政复议或者提起行政诉讼"
    NONE = "none", "不告知救济途径"


class Outcome(TextChoices):
    GRANT_PUBLISHED = "grant_published", "已主动公开"
    GRANT = "grant", "予以公开"
    PARTIAL = "partial", "部分公开"
    DENY_SECRET = "deny_secret", "属于国家秘密"
    DENY_LAW = "deny_law", "其他法律行政法规禁止公开"
    DENY_SECURITY = "deny_security", "危及“三安全一稳定”"
    DENY_THIRD_PARTY = "deny_third_party", "保护第三方合法权益"
    DENY_INTERNAL = "deny_internal", "属于三类内部事务信息"
    DENY_PROCESS = "deny_process", "属于四类过程性信息"
    DENY_CASEFILE = "deny_casefile", "属于行政执法案卷"
    DENY_REGISTRY = "deny_registry", "属于行政查询事项"
    # A pasted ledger often says only that the agency does not hold it; saying why would be inventing.
    NOTHELD = "notheld", "本机关不掌握相关政府信息"
    NOTHELD_NONE = "notheld_none", "政府信息不存在"
    NOTHELD_OTHER = "notheld_other", "不属于本机关负责公开"
    NEED_CREATE = "need_create", "没有现成信息需要另行制作"
    UNCLEAR = "unclear", "补正后申请内容仍不明确"
    REJECT_PETITION = "reject_petition", "信访举报投诉类申请"
    REJECT_REPEAT = "reject_repeat", "重复申请"
    REJECT_PUBLICATION = "reject_publication", "要求提供公开出版物"
    REJECT_EXCESS = "reject_excess", "无正当理由大量反复申请"
    REJECT_CONFIRM = "reject_confirm", "要求行政机关确认或重新出具已获取信息"
    CLOSE_NOCORRECTION = "close_nocorrection", "逾期不补正"
    CLOSE_NOPAY = "close_nopay", "逾期未缴费"
    CLOSE_WITHDRAWN = "close_withdrawn", "申请人撤回申请"
    CLOSE_OTHER = "close_other", "其他"


@dataclass(frozen=True)
class Rule:
    """What an outcome binds: article of the 条例, row of Table B, remedy, and letter of the catalogue."""

    article: str
    row: str
    remedy: RemedyMode
    letter: str
    letter_title: str


_FIRST, _FREE, _NONE = RemedyMode.REVIEW_FIRST, RemedyMode.FREE_CHOICE, RemedyMode.NONE

RULES: dict[Outcome, Rule] = {
    Outcome.GRANT_PUBLISHED: Rule("第三十六条第（一）项", "granted", _FREE, "O1", "答复书（已主动公开）"),
    Outcome.GRANT: Rule("第三十六条第（二）项", "granted", _FREE, "O2", "答复书（予以公开）"),
    # The part withheld needs review first; the letter prints both clauses.
    Outcome.PARTIAL: Rule("第三十七条", "partial", _FIRST, "O3", "答复书（部分公开）"),
    Outcome.DENY_SECRET: Rule("第十四条", "state_secret", _FIRST, "O4", "答复书（不予公开·国家秘密）"),
    Outcome.DENY_LAW: Rule("第十四条", "prohibited_by_law", _FIRST, "O5", "答复书（不予公开·法律、行政法规禁止公开）"),
    Outcome.DENY_SECURITY: Rule(
        "第十四条", "security_stability", _FIRST, "O6", "答复书（不予公开·危及“三安全一稳定”）"
    ),
    Outcome.DENY_THIRD_PARTY: Rule(
        "第十五条、第三十二条", "third_party", _FIRST, "O7", "答复书（不予公开·商业秘密、个人隐私）"
    ),
    Outcome.DENY_INTERNAL: Rule("第十六条第一款", "internal_affairs", _FIRST, "O8", "答复书（不予公开·内部事务信息）"),
    Outcome.DENY_PROCESS: Rule("第十六条第二款", "process_information", _FIRST, "O9", "答复书（不予公开·过程性信息）"),
    Outcome.DENY_CASEFILE: Rule("第十六条第二款", "enforcement_file", _FIRST, "O10", "答复书（不予公开·行政执法案卷）"),
    # Printed under 不予公开, yet in law a notice under Art. 36, not a refusal under Art. 14–16.
    Outcome.DENY_REGISTRY: Rule("第三十六条第（七）项", "administrative_query", _FREE, "O11", "告知书（行政查询事项）"),
    Outcome.NOTHELD: Rule("第三十六条第（四）、（五）项", "not_held", _FREE, "O12", "告知书（不掌握相关政府信息）"),
    Outcome.NOTHELD_NONE: Rule("第三十六条第（四）项", "not_held", _FREE, "O12", "告知书（政府信息不存在）"),
    Outcome.NOTHELD_OTHER: Rule("第三十六条第（五）项", "not_held", _FREE, "O13", "告知书（不属于本机关负责公开）"),
    Outcome.NEED_CREATE: Rule("第三十八条", "needs_creation", _FREE, "O14", "告知书（需另行制作）"),
    Outcome.UNCLEAR: Rule("第三十条", "still_unclear", _FREE, "O15", "告知书（补正后仍不明确）"),
    Outcome.REJECT_PETITION: Rule("第三十九条第一款", "petition", _FREE, "O16", "告知书（信访、投诉、举报）"),
    Outcome.REJECT_REPEAT: Rule("第三十六条第（六）项", "repeated", _FREE, "O17", "告知书（重复申请）"),
    Outcome.REJECT_PUBLICATION: Rule("第三十九条第二款", "publication", _FREE, "O18", "告知书（公开出版物）"),
    Outcome.REJECT_EXCESS: Rule("第三十五条", "excessive", _FREE, "O19", "告知书（数量、频次明显超过合理范围）"),
    # No article names it; the reasons draw on Art. 2 and Art. 38.
    Outcome.REJECT_CONFIRM: Rule("第二条、第三十八条", "reconfirmation", _FREE, "O20", "告知书（要求确认或重新出具）"),
    Outcome.CLOSE_NOCORRECTION: Rule("第三十条", "correction_lapsed", _FREE, "O21", "终止告知书（逾期不补正）"),
    Outcome.CLOSE_NOPAY: Rule("第四十二条", "fee_lapsed", _FREE, "O22", "终止告知书（逾期未缴费）"),
    Outcome.CLOSE_WITHDRAWN: Rule("", "other_handling", _NONE, "O23", "撤回确认书"),
    Outcome.CLOSE_OTHER: Rule("", "other_handling", _NONE, "O23", "终止办理告知书"),
}

# 行政复议法 (2023) Art. 23, in force that day; its scope: 法释〔2025〕8号 Art. 1. Before, the applicant could choose.
REVIEW_FIRST_SINCE = date(2024, 1, 1)


def row_of(outcome: Outcome) -> str:
    """The row of Table B in which a request with this outcome is counted."""
    return RULES[outcome].row


def outcomes_in_row(row: str) -> list[Outcome]:
    """The outcomes counted in a row of Table B."""
    return [outcome for outcome, rule in RULES.items() if rule.row == row]


def remedy_mode(outcome: Outcome, on: date) -> RemedyMode:
    """The remedy that a letter of day ``on`` must tell."""
    mode = RULES[outcome].remedy
    return RemedyMode.FREE_CHOICE if mode == RemedyMode.REVIEW_FIRST and on < REVIEW_FIRST_SINCE else mode


def first_review_needed(outcome: Outcome) -> bool:
    """Is a refusal under Art. 14–16 (or the withheld part) in it, which must go to review before any suit?"""
    return RULES[outcome].remedy == RemedyMode.REVIEW_FIRST


# How offices write outcomes in a spreadsheet, beside the labels above.
SYNONYMS = {
    "申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请": Outcome.CLOSE_NOCORRECTION,
    "申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请": Outcome.CLOSE_NOPAY,
    "部分公开（区分处理的，只计这一情形，不计其他情形）": Outcome.PARTIAL,
    "国家秘密": Outcome.DENY_SECRET,
    "法律、行政法规禁止公开": Outcome.DENY_LAW,
    "三安全一稳定": Outcome.DENY_SECURITY,
    "商业秘密、个人隐私": Outcome.DENY_THIRD_PARTY,
    "内部事务信息": Outcome.DENY_INTERNAL,
    "过程性信息": Outcome.DENY_PROCESS,
    "行政执法案卷": Outcome.DENY_CASEFILE,
    "行政查询事项": Outcome.DENY_REGISTRY,
    "工商、不动产登记资料": Outcome.DENY_REGISTRY,
    "不存在": Outcome.NOTHELD_NONE,
    "信息不存在": Outcome.NOTHELD_NONE,
    "不属于本机关": Outcome.NOTHELD_OTHER,
    "不掌握相关政府信息": Outcome.NOTHELD,
    "需另行制作": Outcome.NEED_CREATE,
    "需要另行制作": Outcome.NEED_CREATE,
    "补正后仍不明确": Outcome.UNCLEAR,
    "信访、投诉、举报": Outcome.REJECT_PETITION,
    "公开出版物": Outcome.REJECT_PUBLICATION,
    "大量反复申请": Outcome.REJECT_EXCESS,
    "要求确认或重新出具": Outcome.REJECT_CONFIRM,
    "撤回申请": Outcome.CLOSE_WITHDRAWN,
    "申请人撤回": Outcome.CLOSE_WITHDRAWN,
}
_NUMBERING = re.compile(r"^(?:\d{1,2}[.、．]|\([一二三四五六七]\))")


def _folded(text: str) -> str:
    """Without blanks, quotes, pauses and width differences, and without the form's numbering."""
    text = "".join(unicodedata.normalize("NFKC", text).split())
    text = _NUMBERING.sub("", _NUMBERING.sub("", text))
    return re.sub(r"[“”\"'‘’、,，。;；]", "", text)


_BY_TEXT = {
    **{_folded(text): outcome for text, outcome in SYNONYMS.items()},
    **{_folded(outcome.value): outcome for outcome in Outcome},
    **{_folded(outcome.name): outcome for outcome in Outcome},
    **{_folded(outcome.label): outcome for outcome in Outcome},
}


def parse(text: str) -> Outcome:
    """The outcome that a spreadsheet names: the row's text with or without its number, or a finer name.

    Raises ``ValueError`` in Chinese.
    """
    try:
        return _BY_TEXT[_folded(text)]
    except KeyError:
        raise ValueError(
            f"“{text[:30]}”不是办理结果，请填：{'、'.join(outcome.label for outcome in Outcome)}"
        ) from None
