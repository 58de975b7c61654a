from requests_app.models.disputes import Dispute
from requests_app.models.letters import Letter
from requests_app.models.proposals import Proposal, ProposalRound, ProposalTerm, ResultClass
from requests_app.models.requests import DisclosureRequest, RequestEvent

__all__ = [
    "DisclosureRequest",
    "Dispute",
    "Letter",
    "Proposal",
    "ProposalRound",
    "ProposalTerm",
    "RequestEvent",
    "ResultClass",
]
