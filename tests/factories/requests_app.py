from datetime import date

import factory

from requests_app import models
from requests_app.enums import ApplicantKind, DisputeKind, EventKind, ProposalKind, ProposalRole, RequestState
from requests_app.letters.document import LetterText
from requests_app.outcomes import Outcome
from tests.factories.disclosures import AgencyFactory


class DisclosureRequestFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.DisclosureRequest

    class Params:
        answered = factory.Trait(state=RequestState.CLOSED, outcome=Outcome.GRANT, answered_on=date(2022, 3, 25))

    agency = factory.SubFactory(AgencyFactory)
    number = factory.Sequence(lambda n: f"T-{n:05d}")
    applicant_kind = ApplicantKind.NATURAL_PERSON
    applicant_name = "示例申请人"
    received_on = date(2022, 3, 1)
    description = "申请公开示例材料"


class RequestEventFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.RequestEvent

    request = factory.SubFactory(DisclosureRequestFactory)
    kind = EventKind.CORRECTION_ASKED
    on = date(2022, 3, 3)


class LetterFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Letter

    request = factory.SubFactory(DisclosureRequestFactory)
    agency = factory.SelfAttribute("request.agency")
    code = "P2"
    number = factory.Sequence(lambda n: f"示公开告〔2022〕{n}号")
    title = "政府信息公开申请登记回执"
    dated_on = date(2022, 3, 1)
    content = factory.LazyAttribute(
        lambda letter: LetterText(
            letter.agency.name, letter.title, letter.number, "示例申请人", ("示例正文",), dated_on=letter.dated_on
        ).as_json()
    )


class DisputeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Dispute

    agency = factory.SubFactory(AgencyFactory)
    kind = DisputeKind.REVIEW
    case_number = factory.Sequence(lambda n: f"（2022）示复{n}号")
    accepted_on = date(2022, 4, 1)


class ProposalFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Proposal

    agency = factory.SubFactory(AgencyFactory)
    kind = ProposalKind.NPC
    number = factory.Sequence(str)
    title = "示例建议"
    assigned_on = date(2022, 3, 1)


class ResultClassFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.ResultClass

    agency = factory.SubFactory(AgencyFactory)
    code = "A"
    meaning = "已经解决或者基本解决"


class ProposalTermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.ProposalTerm

    agency = factory.SubFactory(AgencyFactory)
    kind = ProposalKind.CPPCC
    role = ProposalRole.LEAD
    months = 5
