"""The letters that answer. Each outcome has its own; article and remedy come from ``outcomes.RULES``."""

from collections.abc import Callable, Iterable, Iterator

from requests_app.letters.kinds import LAW, Facts, Field, FieldKind, LetterKind
from requests_app.outcomes import RULES, Outcome

TEXT, CHOICE = FieldKind.TEXT, FieldKind.CHOICE
REASON = Field("reason", "理由", "写明事实和判断，不要只抄条文", TEXT)
# 条例 Art. 37: whether the rest can be opened is asked before refusing the whole.
SEPARABLE = Field(
    "separable",
    "能否区分处理",
    "条例第三十七条：写明为什么不能区分。例如：全文均为评标委员的个人评议意见，删除后无可公开的内容。能够区分的，请改选“部分公开”",
    TEXT,
)
SECURITY = (
    ("national", "国家安全"),
    ("public", "公共安全"),
    ("economic", "经济安全"),
    ("social", "社会稳定"),
)
INTERNAL = (("personnel", "人事管理"), ("logistics", "后勤管理"), ("workflow", "内部工作流程"))
PROCESS = (("minutes", "讨论记录"), ("draft", "过程稿"), ("letters", "磋商信函"), ("reports", "请示报告"))
WHICH_SECURITY = Field("which", "危及哪一项", kind=CHOICE, choices=SECURITY)
WHICH_INTERNAL = Field("which", "属于哪一类", kind=CHOICE, choices=INTERNAL)
WHICH_PROCESS = Field("which", "属于哪一类", kind=CHOICE, choices=PROCESS)


def decided(outcome: Outcome, decision: str) -> str:
    return f"依照{LAW}{RULES[outcome].article}的规定，{decision}。"


def refused(outcome: Outcome, why: str, facts: Facts) -> Iterator[str]:
    yield facts.recital
    yield f"经审查，{why}。"
    if facts.text("separable"):
        yield f"本机关依照{LAW}第三十七条研究了能否区分处理：{facts.text('separable')}。"
    yield decided(outcome, "对您（单位）申请公开的上述信息，决定不予公开")


def already_public(facts: Facts) -> Iterator[str]:
    yield facts.recital
    where = facts.text("where")
    told = decided(Outcome.GRANT_PUBLISHED, f"告知您（单位）获取该信息的方式、途径：{where}")
    yield f"经查，您（单位）申请公开的信息已经主动公开。{told}"


def granted(facts: Facts) -> Iterator[str]:
    yield facts.recital
    told = decided(Outcome.GRANT, f"现予以公开：{facts.text('provided')}")
    yield f"经审查，您（单位）申请公开的信息可以公开。{told}"
    if facts.text("other_form"):
        yield f"未能按照您（单位）要求的形式提供，是因为{facts.text('other_form')}（{LAW}第四十条）。"


def partly(facts: Facts) -> Iterator[str]:
    yield facts.recital
    told = decided(Outcome.PARTIAL, f"现向您（单位）提供可以公开的内容：{facts.text('provided')}")
    yield f"经审查，您（单位）申请公开的信息中含有不应当公开的内容，但是能够作区分处理。{told}"
    yield f"其余内容不予公开，各部分及其依据和理由如下：{facts.text('withheld')}。"


def secret(facts: Facts) -> Iterable[str]:
    level = f"，密级为{facts.text('level')}" if facts.text("level") else ""
    reason = f"。{facts.text('reason')}" if facts.text("reason") else ""
    return refused(Outcome.DENY_SECRET, f"您（单位）申请公开的信息依法确定为国家秘密{level}{reason}", facts)


def forbidden(facts: Facts) -> Iterable[str]:
    why = f"{facts.text('law')}规定上述信息禁止公开。{facts.text('reason')}"
    return refused(Outcome.DENY_LAW, why, facts)


def endangers(facts: Facts) -> Iterable[str]:
    why = f"上述信息公开后可能危及{facts.label(WHICH_SECURITY)}。{facts.text('reason')}"
    return refused(Outcome.DENY_SECURITY, why, facts)


def third_party(facts: Facts) -> Iterable[str]:
    why = (
        f"上述信息涉及{facts.text('interest')}，公开会对第三方合法权益造成损害。本机关已书面征求第三方意见，"
        f"{facts.text('opinion')}；本机关认为不公开不会对公共利益造成重大影响，理由是：{facts.text('reason')}"
    )
    return refused(Outcome.DENY_THIRD_PARTY, why, facts)


def internal(facts: Facts) -> Iterable[str]:
    why = f"上述信息属于本机关{facts.label(WHICH_INTERNAL)}方面的内部事务信息。{facts.text('reason')}"
    return refused(Outcome.DENY_INTERNAL, why, facts)


def process(facts: Facts) -> Iterable[str]:
    why = (
        f"上述信息属于本机关在履行行政管理职能过程中形成的{facts.label(WHICH_PROCESS)}，"
        f"且没有法律、法规、规章规定应当公开。{facts.text('reason')}"
    )
    return refused(Outcome.DENY_PROCESS, why, facts)


def case_file(facts: Facts) -> Iterator[str]:
    yield from refused(
        Outcome.DENY_CASEFILE,
        f"上述信息属于行政执法案卷信息（{facts.text('case_number')}），且没有法律、法规、规章规定应当公开。{facts.text('reason')}",
        facts,
    )
    yield "您（单位）如为该案当事人或者利害关系人，可以依照有关行政执法案卷查阅的规定办理。"


def registry(facts: Facts) -> Iterator[str]:
    yield facts.recital
    told = decided(Outcome.DENY_REGISTRY, f"告知您（单位）依照该规定办理：{facts.text('how')}")
    yield (
        f"经审查，您（单位）申请公开的信息属于{facts.text('registry')}，{facts.text('law')}对其获取有特别规定。{told}"
    )


def none(facts: Facts) -> Iterator[str]:
    yield facts.recital
    yield (
        f"本机关于{facts.day('searched_on')}由{facts.text('searched_by')}在{facts.text('where')}中，"
        f"以“{facts.text('words')}”为检索词，对{facts.text('period')}形成的信息进行了检索，未检索到您（单位）申请公开的信息。"
        + (f"{facts.text('reason')}。" if facts.text("reason") else "")
    )
    yield decided(Outcome.NOTHELD_NONE, "告知您（单位）该政府信息不存在")


def other_organ(facts: Facts) -> Iterator[str]:
    yield facts.recital
    yield f"经审查，您（单位）申请公开的信息不属于本机关负责公开，理由是：{facts.text('reason')}。"
    organ = facts.text("organ")
    turn = f"；建议您（单位）向{organ}提出申请，联系方式：{facts.text('organ_contact')}" if organ else ""
    yield decided(Outcome.NOTHELD_OTHER, f"特此告知{turn}")


def to_be_made(facts: Facts) -> Iterator[str]:
    yield facts.recital
    yield (
        f"经审查，本机关没有现成的上述信息，提供该信息需要{facts.text('work')}。{facts.text('reason')}。"
        f"{decided(Outcome.NEED_CREATE, '本机关不予提供')}"
    )


def still_unclear(facts: Facts) -> Iterator[str]:
    yield facts.recital
    yield (
        f"本机关于{facts.day('asked_on')}告知您（单位）补正，收到补正材料后，{facts.text('unclear')}，申请内容仍不明确，"
        f"无法据此查找信息。{decided(Outcome.UNCLEAR, '本机关无法提供')}"
    )


def petition(facts: Facts) -> Iterator[str]:
    yield facts.recital
    way = f"，您（单位）可以通过以下渠道提出：{facts.text('way')}" if facts.text("way") else ""
    yield (
        f"经审查，{facts.text('reason')}，您（单位）是以政府信息公开申请的形式进行{facts.text('activity')}。"
        f"{decided(Outcome.REJECT_PETITION, f'不作为政府信息公开申请处理{way}')}"
    )


def repeated(facts: Facts) -> Iterator[str]:
    yield facts.recital
    yield (
        f"经查，您（单位）此前已就相同内容提出申请，本机关已于{facts.day('earlier_on')}以“{facts.text('earlier_number')}”作出答复。"
        f"{decided(Outcome.REJECT_REPEAT, '本机关不予重复处理')}"
    )


def publication(facts: Facts) -> Iterator[str]:
    yield facts.recital
    way = f"，其获取途径为：{facts.text('way')}" if facts.text("way") else ""
    yield (
        f"经审查，您（单位）要求提供的“{facts.text('publication')}”属于公开出版物。"
        f"{decided(Outcome.REJECT_PUBLICATION, f'本机关不予提供{way}')}"
    )


def excessive(facts: Facts) -> Iterator[str]:
    yield facts.recital
    yield (
        f"经核查，{facts.text('quantity')}，数量、频次明显超过合理范围。本机关已要求您（单位）说明理由，{facts.text('reason')}。"
        f"{decided(Outcome.REJECT_EXCESS, '本机关不予处理')}"
    )


def confirmed(facts: Facts) -> Iterator[str]:
    yield facts.recital
    yield (
        f"经查，您（单位）已于{facts.day('had_on')}通过{facts.text('how')}获取上述信息，"
        f"现要求本机关确认或者重新出具。{decided(Outcome.REJECT_CONFIRM, '本机关不予处理')}"
    )


def correction_lapsed(facts: Facts) -> Iterator[str]:
    yield facts.recital
    yield (
        f"本机关于{facts.day('asked_on')}告知您（单位）补正，补正期限至{facts.day('until')}届满，至今未收到补正后的申请，"
        f"也没有收到正当理由的说明。{decided(Outcome.CLOSE_NOCORRECTION, '视为您（单位）放弃申请，本机关不再处理')}"
    )


def payment_lapsed(facts: Facts) -> Iterator[str]:
    yield facts.recital
    yield (
        f"本机关于{facts.day('asked_on')}发出收费通知，缴费期限至{facts.day('until')}届满，您（单位）未缴纳信息处理费。"
        f"依照{LAW}第四十二条和《政府信息公开信息处理费管理办法》第六条的规定，视为您（单位）放弃申请，本机关不再处理。"
    )


def withdrawn(facts: Facts) -> Iterator[str]:
    yield facts.recital
    yield f"您（单位）于{facts.day('withdrawn_on')}书面撤回上述申请，经核对身份无误，本机关终止办理。特此确认。"


def record_correction(facts: Facts) -> Iterator[str]:
    yield (
        f"您（单位）提供证据，要求{facts.agency}更正所记录的与您（单位）自身相关的政府信息：“{facts.text('content')}”。"
        f"经审核，{facts.text('finding')}。"
    )
    yield f"依照{LAW}第四十一条的规定，{facts.text('decision')}。"


FIELDS: dict[Outcome, tuple[Field, ...]] = {
    Outcome.GRANT_PUBLISHED: (
        Field("where", "在哪里可以获取", "具体网址、公报期号或者查阅场所，不能只写网站首页", TEXT),
    ),
    Outcome.GRANT: (
        Field("provided", "提供的信息", "例如：《某通知》（某发〔2025〕3号）复印件一份，随本答复书一并提供", TEXT),
        Field("other_form", "未按要求形式提供的原因", "按要求形式提供的不填", TEXT, False),
    ),
    Outcome.PARTIAL: (
        Field("provided", "提供的内容", "例如：某处理决定（隐去当事人身份证号码和住址）", TEXT),
        Field("withheld", "不予公开的部分、依据和理由", "逐项写明依据条例第十四条、第十五条还是第十六条", TEXT),
    ),
    Outcome.DENY_SECRET: (
        Field("level", "密级（可不填）", "例如：秘密", required=False),
        Field("reason", "说明", "不得写出秘密内容", TEXT, False),
        SEPARABLE,
    ),
    Outcome.DENY_LAW: (
        Field(
            "law",
            "禁止公开的法律、行政法规名称和条款",
            "例如：《中华人民共和国统计法》第九条。规章和地方性法规不能作为依据",
        ),
        REASON,
        SEPARABLE,
    ),
    Outcome.DENY_SECURITY: (WHICH_SECURITY, REASON, SEPARABLE),
    Outcome.DENY_THIRD_PARTY: (
        Field("interest", "涉及什么权益", "例如：某企业的生产工艺等商业秘密"),
        Field("opinion", "第三方的意见", "例如：第三方不同意公开，且理由合理"),
        REASON,
        SEPARABLE,
    ),
    Outcome.DENY_INTERNAL: (WHICH_INTERNAL, REASON, SEPARABLE),
    Outcome.DENY_PROCESS: (WHICH_PROCESS, REASON, SEPARABLE),
    Outcome.DENY_CASEFILE: (Field("case_number", "案卷编号"), REASON, SEPARABLE),
    Outcome.DENY_REGISTRY: (
        Field("registry", "属于哪种登记资料", "例如：不动产登记资料"),
        Field("law", "对获取有特别规定的法律、行政法规", "例如：《不动产登记暂行条例》第二十七条"),
        Field("how", "怎样办理", "例如：持身份证明到区不动产登记中心查询窗口查询", TEXT),
    ),
    Outcome.NOTHELD_NONE: (
        Field("searched_on", "检索日期", kind=FieldKind.DATE),
        Field("searched_by", "检索人或者科室", "例如：办公室会同法制科"),
        Field("where", "检索范围", "例如：档案室纸质档案、办公自动化系统"),
        Field("words", "检索词", "例如：某地块　征收决定"),
        Field("period", "检索的时间段", "例如：2015年1月至2025年12月"),
        Field("reason", "补充说明", kind=TEXT, required=False),
    ),
    Outcome.NOTHELD_OTHER: (
        REASON,
        Field("organ", "应向哪个机关申请", "能够确定的须写明", required=False),
        Field("organ_contact", "该机关的联系方式", required=False),
    ),
    Outcome.NEED_CREATE: (
        Field("work", "需要做哪些工作", "例如：对近十年的数据进行汇总、加工、分析"),
        REASON,
    ),
    Outcome.UNCLEAR: (
        Field("asked_on", "告知补正的日期", kind=FieldKind.DATE),
        Field("unclear", "仍不明确的地方", "例如：仍未写明文件名称、文号和形成时间", TEXT),
    ),
    Outcome.REJECT_PETITION: (
        Field(
            "activity", "实际进行的活动", kind=CHOICE, choices=(("信访", "信访"), ("投诉", "投诉"), ("举报", "举报"))
        ),
        REASON,
        Field("way", "可以通过什么渠道提出", "例如：区信访局来访接待窗口", required=False),
    ),
    Outcome.REJECT_REPEAT: (
        Field("earlier_number", "此前答复的文号"),
        Field("earlier_on", "此前答复的日期", kind=FieldKind.DATE),
    ),
    Outcome.REJECT_PUBLICATION: (
        Field("publication", "出版物名称"),
        Field("way", "获取途径", required=False),
    ),
    Outcome.REJECT_EXCESS: (
        Field("quantity", "申请的数量和频次", "例如：您（单位）2026年1月以来已提出申请132件", TEXT),
        Field("reason", "申请人的说明和本机关的判断", "例如：您（单位）未在规定期限内说明理由", TEXT),
    ),
    Outcome.REJECT_CONFIRM: (
        Field("had_on", "申请人获取该信息的日期", kind=FieldKind.DATE),
        Field("how", "获取的方式", "例如：本机关邮寄送达的某答复书"),
    ),
    Outcome.CLOSE_NOCORRECTION: (
        Field("asked_on", "告知补正的日期", kind=FieldKind.DATE),
        Field("until", "补正期限", kind=FieldKind.DATE),
    ),
    Outcome.CLOSE_NOPAY: (
        Field("asked_on", "收费通知日期", kind=FieldKind.DATE),
        Field("until", "缴费期限", kind=FieldKind.DATE),
    ),
    Outcome.CLOSE_WITHDRAWN: (Field("withdrawn_on", "撤回日期", kind=FieldKind.DATE),),
    Outcome.CLOSE_OTHER: (REASON,),
}


def closed_otherwise(facts: Facts) -> Iterator[str]:
    yield facts.recital
    yield f"因{facts.text('reason')}，本机关终止办理该申请。特此告知。"


BODIES: dict[Outcome, Callable[[Facts], Iterable[str]]] = {
    Outcome.GRANT_PUBLISHED: already_public,
    Outcome.GRANT: granted,
    Outcome.PARTIAL: partly,
    Outcome.DENY_SECRET: secret,
    Outcome.DENY_LAW: forbidden,
    Outcome.DENY_SECURITY: endangers,
    Outcome.DENY_THIRD_PARTY: third_party,
    Outcome.DENY_INTERNAL: internal,
    Outcome.DENY_PROCESS: process,
    Outcome.DENY_CASEFILE: case_file,
    Outcome.DENY_REGISTRY: registry,
    Outcome.NOTHELD_NONE: none,
    Outcome.NOTHELD_OTHER: other_organ,
    Outcome.NEED_CREATE: to_be_made,
    Outcome.UNCLEAR: still_unclear,
    Outcome.REJECT_PETITION: petition,
    Outcome.REJECT_REPEAT: repeated,
    Outcome.REJECT_PUBLICATION: publication,
    Outcome.REJECT_EXCESS: excessive,
    Outcome.REJECT_CONFIRM: confirmed,
    Outcome.CLOSE_NOCORRECTION: correction_lapsed,
    Outcome.CLOSE_NOPAY: payment_lapsed,
    Outcome.CLOSE_WITHDRAWN: withdrawn,
    Outcome.CLOSE_OTHER: closed_otherwise,
}
TITLES = {"答复书": "政府信息公开申请答复书", "告知书": "政府信息公开申请告知书"}


def _title(outcome: Outcome) -> str:
    """What is printed at the head: the reason in brackets is for the office's list."""
    return next((title for word, title in TITLES.items() if RULES[outcome].letter_title.startswith(word)), "") or {
        Outcome.CLOSE_WITHDRAWN: "政府信息公开申请撤回确认书"
    }.get(outcome, "政府信息公开申请终止办理告知书")


FOR_OUTCOME: dict[Outcome, LetterKind] = {
    outcome: LetterKind(RULES[outcome].letter, _title(outcome), RULES[outcome].article, body, "复", FIELDS[outcome])
    for outcome, body in BODIES.items()
}
RECORD_CORRECTION = LetterKind(
    "O24",
    "政府信息更正申请告知书",
    "第四十一条",
    record_correction,
    "告",
    (
        Field("content", "要求更正的信息", kind=TEXT),
        Field("finding", "审核认定", "例如：所提供的户籍证明属实，本机关记录的出生日期有误", TEXT),
        Field("decision", "决定", "例如：现予更正为……；或者：本机关无权更正，已转送某机关处理", TEXT),
    ),
    hint="条例第四十一条：更正与自身相关的记录，不计入申请办理结果",
)
