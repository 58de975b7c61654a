"""Kinds and states of a case. The legal outcome is a separate enumeration: ``outcomes.Outcome``."""

from django.db.models import TextChoices

# What a case says that has no last day until a year's notice is loaded; lists find it by these words.
CALENDAR_MISSING = "年节假日安排尚未载入"


class ApplicantKind(TextChoices):
    """The six columns of Table B, in their printed order."""

    NATURAL_PERSON = "natural_person", "自然人"
    COMMERCIAL_ENTERPRISE = "commercial_enterprise", "商业企业"
    RESEARCH_INSTITUTION = "research_institution", "科研机构"
    PUBLIC_WELFARE = "public_welfare", "社会公益组织"
    LEGAL_SERVICE = "legal_service", "法律服务机构"
    OTHER = "other", "其他"


class RequestChannel(TextChoices):
    """How a request reached the agency; the day of receipt depends on it (条例 Art. 31)."""

    IN_PERSON = "in_person", "当面"
    MAIL = "mail", "邮寄"
    ONLINE = "online", "网络"
    FAX = "fax", "传真"
    OTHER = "other", "其他"


class RequestState(TextChoices):
    """Where the case stands; what it legally came to is its outcome."""

    HANDLING = "handling", "办理中"
    CORRECTION = "correction", "待申请人补正"
    CONSULTATION = "consultation", "征求意见中"
    PAYMENT = "payment", "待缴费"
    CLOSED = "closed", "已办结"


class EventKind(TextChoices):
    CORRECTION_ASKED = "correction_asked", "告知补正"
    CORRECTION_RECEIVED = "correction_received", "收到补正"
    CONSULTATION_SENT = "consultation_sent", "发出征求意见"
    CONSULTATION_RETURNED = "consultation_returned", "收到反馈意见"
    EXTENDED = "extended", "延长答复期限"
    POSTPONED = "postponed", "延迟答复"
    FEE_NOTICE = "fee_notice", "发出收费通知"
    FEE_PAID = "fee_paid", "缴清费用"
    REASONS_ASKED = "reasons_asked", "要求说明理由"
    REASONS_RECEIVED = "reasons_received", "收到说明"
    WITHDRAWN = "withdrawn", "申请人撤回"
    ANSWERED = "answered", "答复"
    DELIVERED = "delivered", "送达"


class ConsultedParty(TextChoices):
    """Whose opinion is asked; the time does not count (条例 Art. 33 ¶3)."""

    THIRD_PARTY = "third_party", "第三方（商业秘密、个人隐私）"
    JOINT_PRODUCER = "joint_producer", "共同制作机关"
    OTHER_ORGAN = "other_organ", "其他机关"
    AUTHORITY = "authority", "主管部门或者保密行政管理部门"


class Opinion(TextChoices):
    """What came back. Silence of a third party is not consent (Art. 32); of a joint producer it is (Art. 34)."""

    CONSENT = "consent", "同意公开"
    REFUSAL = "refusal", "不同意公开"
    SILENT = "silent", "逾期未回复"
    OTHER = "other", "其他意见"


class FeeMethod(TextChoices):
    """One to a request, never both (国办函〔2020〕109号 Art. 3)."""

    BY_ITEM = "by_item", "按件"
    BY_PAGE = "by_page", "按量"


class IdentityProof(TextChoices):
    """Which proof of identity came with the request (条例 Art. 29)."""

    ID_CARD = "id_card", "居民身份证"
    LICENCE = "licence", "营业执照（统一社会信用代码证）"
    OTHER = "other", "其他证件"


class WantedForm(TextChoices):
    PAPER = "paper", "纸质"
    ELECTRONIC = "electronic", "电子文档"
    INSPECTION = "inspection", "当面查阅"
    OTHER = "other", "其他"


class DisputeKind(TextChoices):
    """The three groups of Table C."""

    REVIEW = "review", "行政复议"
    LITIGATION_DIRECT = "litigation_direct", "未经复议直接起诉"
    LITIGATION_AFTER_REVIEW = "litigation_after_review", "复议后起诉"


class DisputeResult(TextChoices):
    UPHELD = "upheld", "结果维持"
    CORRECTED = "corrected", "结果纠正"
    OTHER = "other", "其他结果"


class ReviewProcedure(TextChoices):
    """行政复议法 Art. 48 and 53: the procedure sets the days for our answer."""

    ORDINARY = "ordinary", "普通程序"
    SIMPLIFIED = "simplified", "简易程序"


class SuitStage(TextChoices):
    FIRST = "first", "一审"
    SECOND = "second", "二审"
    RETRIAL = "retrial", "再审"


class ProposalKind(TextChoices):
    NPC = "npc", "人大代表建议"
    CPPCC = "cppcc", "政协提案"


class ProposalRole(TextChoices):
    LEAD = "lead", "主办"
    ASSIST = "assist", "协办"
    SEPARATE = "separate", "分办"
    SOLE = "sole", "独办"


class Satisfaction(TextChoices):
    SATISFIED = "satisfied", "满意"
    MOSTLY = "mostly", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"


class Publicity(TextChoices):
    """What was decided, together with the reply, about publishing it (国办发〔2014〕46号)."""

    FULL = "full", "全文公开"
    PARTIAL = "partial", "部分公开"
    CLOSED = "closed", "不予公开"
