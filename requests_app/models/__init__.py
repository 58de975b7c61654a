from requests_app.models.delivery import DeliveryMethod
from requests_app.models.disputes import Dispute
from requests_app.models.feeds import CalendarFeed, DigestSent
from requests_app.models.files import CaseFile, FilePurpose
from requests_app.models.letters import Letter, LetterState
from requests_app.models.online import ApplicantMessage, AskDraft, MessageKind
from requests_app.models.proposals import Proposal, ProposalRound, ProposalTerm, ResultClass
from requests_app.models.requests import DisclosureRequest, RequestEvent

__all__ = [
    "ApplicantMessage",
    "AskDraft",
    "CalendarFeed",
    "CaseFile",
    "DeliveryMethod",
    "DigestSent",
    "DisclosureRequest",
    "Dispute",
    "FilePurpose",
    "Letter",
    "LetterState",
    "MessageKind",
    "Proposal",
    "ProposalRound",
    "ProposalTerm",
    "RequestEvent",
    "ResultClass",
]
