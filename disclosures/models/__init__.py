from disclosures.models.agencies import Agency, AgencyLevel, Membership, Role
from disclosures.models.attachments import Attachment
from disclosures.models.autosaves import Autosave
from disclosures.models.calendar import CalendarChange, CalendarDay, CalendarNotice, DayKind
from disclosures.models.catalogue import Article20, Article21, Category, Channel, ChannelKind, ColumnKind
from disclosures.models.cleanup import CleanUp, CleanUpEntry, CleanUpResult
from disclosures.models.complaints import Complaint, ComplaintKind
from disclosures.models.counters import Counter
from disclosures.models.decisions import AdministrativeDecision, Annulment, DecisionKind, FeeCollection
from disclosures.models.documents import DocumentKind, NormativeDocument
from disclosures.models.history import AppendOnly, HistoryEntry
from disclosures.models.inspection import InspectionSetting
from disclosures.models.items import Item, ItemState, NotOpenGround, Openness, Publication, Validity
from disclosures.models.ledger import ImportedRow, LedgerImport, LedgerImportState
from disclosures.models.quotas import Quota
from disclosures.models.reviews import Clearance, Review, ReviewOutcome
from disclosures.models.search import AttachmentText, SearchEntry
from disclosures.models.terms import DutyKind, DutyTerm
from disclosures.models.tokens import ApiToken

__all__ = [
    "AdministrativeDecision",
    "Agency",
    "AgencyLevel",
    "Annulment",
    "ApiToken",
    "Article20",
    "Article21",
    "AppendOnly",
    "Attachment",
    "AttachmentText",
    "Autosave",
    "CalendarChange",
    "CalendarDay",
    "CalendarNotice",
    "Category",
    "Channel",
    "ChannelKind",
    "CleanUp",
    "CleanUpEntry",
    "CleanUpResult",
    "Clearance",
    "ColumnKind",
    "Complaint",
    "ComplaintKind",
    "Counter",
    "DayKind",
    "DecisionKind",
    "DocumentKind",
    "DutyKind",
    "DutyTerm",
    "FeeCollection",
    "HistoryEntry",
    "ImportedRow",
    "InspectionSetting",
    "Item",
    "ItemState",
    "LedgerImport",
    "LedgerImportState",
    "Membership",
    "NormativeDocument",
    "NotOpenGround",
    "Openness",
    "Publication",
    "Quota",
    "Review",
    "ReviewOutcome",
    "Role",
    "SearchEntry",
    "Validity",
]
