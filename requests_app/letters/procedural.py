"""Letters on the way to the answer. Contents by the article in each declaration; the wording is ours."""

from collections.abc import Iterator

from disclosures.dates import told
from requests_app import fees
from requests_app.clocks import PAYMENT, THIRD_PARTY
from requests_app.letters.document import Row
from requests_app.letters.kinds import LAW, Addressee, Facts, Field, FieldKind, LetterKind

OWN_NUMBER = "征求意见书文号"
WHAT_TO_CORRECT = Field(
    "points",
    "需要补正的事项",
    "逐项写明，例如：请写明所需文件的名称、文号或者形成时间",
    FieldKind.TEXT,
)
GUIDANCE = Field(
    "guidance", "指导和释明", "告诉申请人怎样写才便于查询，例如：可登录本机关网站查阅公开目录", FieldKind.TEXT, False
)


def registration(facts: Facts) -> Iterator[str]:
    return iter(())


def registration_rows(facts: Facts) -> Iterator[Row]:
    yield Row("登记编号", facts.number)
    yield from facts.registered
    yield Row("申请内容", facts.description)
    yield Row("承办意见", "")
    yield Row("审核意见", "")


def receipt(facts: Facts) -> Iterator[str]:
    yield facts.recital
    if facts.received_on and facts.due_on:
        yield (
            f"依照{LAW}第三十一条、第三十三条的规定，收到您（单位）申请的日期为{told(facts.received_on)}，"
            f"{facts.agency}将在{told(facts.due_on)}前（含当日）答复。期间如需补正、征求意见或者延长期限，将另行告知。"
        )
    yield "请妥善保存本回执，查询办理进展时请提供登记编号。"


def ask_correction(facts: Facts) -> Iterator[str]:
    yield facts.recital
    yield (
        f"经审查，您（单位）的申请内容不明确。依照{LAW}第二十九条、第三十条的规定，"
        f"现一次性告知您（单位）需要补正的事项：{facts.text('points')}。"
    )
    if facts.text("guidance"):
        yield f"为便于您（单位）补正，说明如下：{facts.text('guidance')}。"
    yield (
        f"请于{facts.before('until')}将补正后的申请送达{facts.agency}。答复期限自收到补正后的申请之日起计算。"
        "无正当理由逾期不补正的，视为放弃申请，本机关不再处理该申请。"
    )


def ask_reasons(facts: Facts) -> Iterator[str]:
    yield facts.recital
    yield (
        f"经核查，{facts.text('quantity')}，申请的数量、频次明显超过合理范围。"
        f"依照{LAW}第三十五条的规定，请您（单位）于{facts.before('until')}书面说明理由。"
    )
    yield (
        "理由不合理的，本机关不予处理；理由合理，但无法在法定期限内答复的，"
        "本机关将确定合理的延迟答复期限并告知您（单位）。"
    )


def extend(facts: Facts) -> Iterator[str]:
    yield facts.recital
    yield (
        f"因{facts.text('reason')}，不能在{told(facts.due_on) if facts.due_on else '法定期限'}前答复。"
        f"依照{LAW}第三十三条第二款的规定，经{facts.agency}政府信息公开工作机构负责人同意，"
        f"延长答复期限{facts.text('days')}个工作日，将于{facts.before('until')}答复。"
    )


def postpone(facts: Facts) -> Iterator[str]:
    yield facts.recital
    yield (
        f"您（单位）申请的数量、频次明显超过合理范围，所说明的理由合理，但因{facts.text('reason')}，"
        f"无法在法定期限内答复。依照{LAW}第三十五条的规定，"
        f"{facts.agency}确定延迟至{facts.before('until')}答复。"
    )


def ask_third_party(facts: Facts) -> Iterator[str]:
    yield (
        f"{facts.agency}收到一件政府信息公开申请，其中“{facts.text('content')}”涉及您（单位）的商业秘密"
        "或者个人隐私，公开后可能损害您（单位）的合法权益。"
    )
    yield (
        f"依照{LAW}第十五条、第三十二条的规定，现书面征求您（单位）的意见。请自收到本征求意见书之日起"
        f"{THIRD_PARTY}个工作日内，填写所附回执并送达{facts.agency}；不同意公开的，请说明合理的理由，并提供依据。"
    )
    yield (
        "逾期未提出意见的，由本机关依照条例的规定决定是否公开。您（单位）不同意公开且有合理理由的，不予公开；"
        "本机关认为不公开可能对公共利益造成重大影响的，可以决定予以公开，并将决定公开的内容和理由书面告知您（单位）。"
    )


def opinion_rows(facts: Facts) -> Iterator[Row]:
    yield Row(OWN_NUMBER, "")
    yield Row("拟公开的内容", facts.text("content"))
    yield Row("是否同意公开", "□同意　　□不同意　　□部分同意")
    yield Row("理由和依据", "")
    yield Row("收到征求意见书的日期", "")
    yield Row("签名或者盖章、日期", "")


def tell_of_consultation(facts: Facts) -> Iterator[str]:
    yield facts.recital
    yield (
        f"因您（单位）申请公开的信息需要征求{facts.text('whom')}的意见，{facts.agency}已于{facts.day('sent_on')}"
        f"发出征求意见书。依照{LAW}第三十三条第三款的规定，征求意见所需时间不计算在答复期限内。"
    )


def tell_third_party(facts: Facts) -> Iterator[str]:
    yield (
        f"{facts.agency}此前就“{facts.text('content')}”是否公开征求了您（单位）的意见，您（单位）不同意公开。"
        f"经审查，{facts.text('public_interest')}，不公开可能对公共利益造成重大影响。"
    )
    yield f"依照{LAW}第十五条、第三十二条的规定，{facts.agency}决定公开以下内容：{facts.text('opened')}。特此告知。"


def ask_joint_producer(facts: Facts) -> Iterator[str]:
    yield f"{facts.agency}收到一件政府信息公开申请，其中“{facts.text('content')}”由本机关牵头、与贵单位共同制作。"
    yield (
        f"依照{LAW}第三十四条的规定，现征求贵单位意见。请自收到本征求意见书之日起{THIRD_PARTY}个工作日内"
        "提出书面意见；逾期未提出的，视为同意公开。"
    )


def ask_other_organ(facts: Facts) -> Iterator[str]:
    yield f"{facts.agency}正在办理一件政府信息公开申请，其中“{facts.text('content')}”与贵单位的职责有关。"
    yield (
        f"依照{LAW}第十一条、第三十三条第三款的规定，请贵单位就{facts.text('question')}提出意见，"
        f"并于{facts.before('until')}书面回复。"
    )


def ask_authority(facts: Facts) -> Iterator[str]:
    yield f"{facts.agency}在办理一件政府信息公开申请时，不能确定“{facts.text('content')}”是否可以公开。"
    yield (
        f"依照{LAW}第十七条第三款的规定，现报请贵单位确定。{facts.text('question')}。"
        f"请于{facts.before('until')}书面回复。"
    )


def notify_fee(facts: Facts) -> Iterator[str]:
    units = int(facts.values.get("units") or 0)
    by_item = facts.text("method") == "by_item"
    steps = fees.steps_by_item(units) if by_item else fees.steps_by_page(units)
    standard = "按件计收" if by_item else "按量计收"
    tiers = "；".join(fees.told(step) for step in steps)
    yield facts.recital
    counted = (
        f"您（单位）本自然月内向{facts.agency}提出的政府信息公开申请累计{units}件"
        if by_item
        else f"您（单位）本次申请提供的信息共{units}页"
    )
    yield (
        f"{counted}，明显超过合理范围。依照{LAW}第四十二条和《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）的规定，"
        f"采取{standard}的方式收取信息处理费：{tiers}。"
        + (
            f"扣除本月已通知收取的部分，本件应缴{facts.text('amount')}元。"
            if by_item
            else f"合计{facts.text('amount')}元。"
        )
    )
    yield (
        f"请自收到本通知的次日起{PAYMENT}个工作日内，通过以下方式缴纳：{facts.text('how')}。缴费后本机关开具财政票据，"
        "答复期限自缴费完成的次日起重新计算。逾期未缴纳的，视为放弃申请，本机关不再处理该申请。"
    )


def delivery_rows(facts: Facts) -> Iterator[Row]:
    yield Row("送达文书名称、文号", facts.text("document"))
    yield Row("受送达人", facts.applicant)
    yield Row("送达方式、地点", "")
    yield Row("收到日期和时间", "年　　月　　日　　时　　分")
    yield Row("受送达人签名或者盖章", "")
    yield Row("代收人签名、与受送达人的关系、代收理由", "")
    yield Row("拒收事由、见证人签名", "")
    yield Row("送达人签名", "")


def postal_rows(facts: Facts) -> Iterator[Row]:
    yield Row("邮寄文书名称、文号", facts.text("document"))
    yield Row("收件人", facts.applicant)
    yield Row("邮政企业和邮件种类", "中国邮政　□特快专递　□挂号信")
    yield Row("邮件单号", facts.text("waybill"))
    yield Row("交邮日期", facts.day("posted_on"))
    yield Row("邮寄凭证粘贴处", "")


CONTENT = Field(
    "content",
    "拟公开的内容",
    "只写所涉信息本身，不得写申请人的任何信息。例如：某项目环境影响评价报告表",
    FieldKind.TEXT,
)
QUESTION = Field("question", "需要对方答复的问题", "例如：该文件是否可以公开、是否已经解密", FieldKind.TEXT)
REASON = Field("reason", "理由", "例如：所涉资料数量较多，需要逐份核对", FieldKind.TEXT)
UNTIL = Field("until", "截止日期", "", FieldKind.DATE)

KINDS = (
    LetterKind(
        "P1",
        "政府信息公开申请登记表",
        "第四十五条",
        registration,
        "",
        (),
        Addressee.FILE,
        form_title="政府信息公开申请登记表",
        form=registration_rows,
        hint="存入案卷，不对外发送",
    ),
    LetterKind("P2", "政府信息公开申请登记回执", "第三十一条", receipt, hint="申请人要求时，或者网上收到申请后发出"),
    LetterKind(
        "P3", "政府信息公开申请补正告知书", "第三十条", ask_correction, fields=(WHAT_TO_CORRECT, GUIDANCE, UNTIL)
    ),
    LetterKind(
        "P4",
        "政府信息公开申请说明理由告知书",
        "第三十五条",
        ask_reasons,
        fields=(
            Field(
                "quantity", "申请的数量和频次", "例如：您（单位）2026年1月以来已向本机关提出申请132件", FieldKind.TEXT
            ),
            UNTIL,
        ),
    ),
    LetterKind(
        "P5",
        "政府信息公开延长答复期限告知书",
        "第三十三条第二款",
        extend,
        fields=(REASON, Field("days", "延长工作日", kind=FieldKind.NUMBER), UNTIL),
    ),
    LetterKind("P6", "政府信息公开延迟答复告知书", "第三十五条", postpone, fields=(REASON, UNTIL)),
    LetterKind(
        "P7",
        "政府信息公开征求意见书",
        "第十五条、第三十二条",
        ask_third_party,
        "函",
        (CONTENT,),
        Addressee.CONSULTED,
        form_title="政府信息公开征求意见回执",
        form=opinion_rows,
        hint="随附第三方意见回执",
    ),
    LetterKind(
        "P8",
        "政府信息公开征求意见回执",
        "第三十二条",
        registration,
        "",
        (CONTENT,),
        Addressee.FILE,
        form_title="政府信息公开征求意见回执",
        form=opinion_rows,
        hint="供第三方填写，不署申请人",
    ),
    LetterKind(
        "P9",
        "政府信息公开征求意见告知书",
        "第三十三条第三款",
        tell_of_consultation,
        fields=(
            Field("whom", "征求谁的意见", "不写第三方名称，例如：第三方"),
            Field("sent_on", "征求意见书发出日期", kind=FieldKind.DATE),
        ),
        hint="告诉申请人期限暂停计算",
    ),
    LetterKind(
        "P10",
        "政府信息公开决定告知书",
        "第十五条、第三十二条",
        tell_third_party,
        "告",
        (
            CONTENT,
            Field("public_interest", "公共利益的理由", "例如：该信息关系周边居民的饮用水安全", FieldKind.TEXT),
            Field("opened", "决定公开的内容", kind=FieldKind.TEXT),
        ),
        Addressee.CONSULTED,
        hint="第三方不同意而本机关决定公开时，书面告知第三方",
    ),
    LetterKind(
        "P11",
        "关于共同制作的政府信息公开征求意见书",
        "第三十四条",
        ask_joint_producer,
        "函",
        (CONTENT,),
        Addressee.CONSULTED,
    ),
    LetterKind(
        "P12",
        "关于政府信息公开申请的会商函",
        "第十一条、第三十三条",
        ask_other_organ,
        "函",
        (CONTENT, QUESTION, UNTIL),
        Addressee.CONSULTED,
    ),
    LetterKind(
        "P13",
        "关于报请确定政府信息是否公开的函",
        "第十七条第三款",
        ask_authority,
        "函",
        (CONTENT, QUESTION, UNTIL),
        Addressee.CONSULTED,
    ),
    LetterKind(
        "P14",
        "政府信息公开信息处理费收费通知书",
        "第四十二条",
        notify_fee,
        fields=(
            Field("method", "收费方式", kind=FieldKind.CHOICE, choices=(("by_item", "按件"), ("by_page", "按量"))),
            Field("units", "件数或者页数", "按件：本自然月累计件数；按量：本件页数", FieldKind.NUMBER),
            Field("amount", "应缴金额（元）", kind=FieldKind.NUMBER),
            Field("how", "缴费方式", "例如：持本通知书到区政务服务中心非税窗口缴纳", FieldKind.TEXT),
        ),
    ),
    LetterKind(
        "P15",
        "送达回证",
        "",
        registration,
        "",
        (Field("document", "送达文书名称、文号"),),
        Addressee.FILE,
        form_title="送达回证",
        form=delivery_rows,
        hint="直接送达或者委托送达时使用",
    ),
    LetterKind(
        "P16",
        "邮寄凭证存根",
        "",
        registration,
        "",
        (
            Field("document", "邮寄文书名称、文号"),
            Field("waybill", "邮件单号", required=False),
            Field("posted_on", "交邮日期", kind=FieldKind.DATE, required=False),
        ),
        Addressee.FILE,
        form_title="邮寄凭证存根",
        form=postal_rows,
        hint="交邮之日即为答复送出之日，须由邮政企业寄送",
    ),
)
