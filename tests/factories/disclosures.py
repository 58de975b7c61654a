from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import factory
from django.contrib.auth import get_user_model

from disclosures import calendars, models, tokens
from disclosures.state_council_notices import NOTICES


def days_of(notice):
    """The days of a published notice as ``calendars.replace_year`` takes them."""
    days = [calendars.Day(day, "work") for day in notice.make_up_days]
    for name, first, last in notice.holidays:
        days += [calendars.Day(first + timedelta(days=place), "rest", name) for place in range((last - first).days + 1)]
    return days


def load_published_years():
    """The rows of the migration again, where a test emptied the tables."""
    if not models.CalendarNotice.objects.exists():
        for notice in NOTICES:
            calendars.replace_year(year=notice.year, days=days_of(notice), number=notice.number, by=None)
        models.CalendarChange.objects.all().delete()


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")


class AgencyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Agency

    code = factory.Sequence(lambda n: f"agency-{n}")
    name = factory.Sequence(lambda n: f"示例机关{n}")
    office = "办公室"
    phone = "010-00000000"


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Membership

    user = factory.SubFactory(UserFactory)
    agency = factory.SubFactory(AgencyFactory)
    role = models.Role.CLERK


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Category

    agency = factory.SubFactory(AgencyFactory)
    name = factory.Sequence(lambda n: f"栏目{n}")


class ChannelFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Channel

    agency = factory.SubFactory(AgencyFactory)
    name = factory.Sequence(lambda n: f"政府网站{n}")
    kind = models.ChannelKind.WEBSITE


class ItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Item

    class Params:
        public = factory.Trait(state=models.ItemState.PUBLISHED, published_on=date(2022, 3, 1))

    agency = factory.SubFactory(AgencyFactory)
    category = factory.SubFactory(CategoryFactory, agency=factory.SelfAttribute("..agency"))
    title = factory.Sequence(lambda n: f"示例信息{n}")
    formed_on = date(2022, 2, 28)


class PublicationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Publication

    item = factory.SubFactory(ItemFactory, public=True)
    channel = factory.SubFactory(ChannelFactory, agency=factory.SelfAttribute("..item.agency"))
    published_on = date(2022, 3, 1)


class NormativeDocumentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.NormativeDocument

    agency = factory.SubFactory(AgencyFactory)
    title = factory.Sequence(lambda n: f"示例办法{n}")
    number = factory.Sequence(lambda n: f"示规〔2022〕{n}号")
    issued_on = date(2022, 1, 5)


class AdministrativeDecisionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.AdministrativeDecision

    agency = factory.SubFactory(AgencyFactory)
    kind = models.DecisionKind.PENALTY
    decided_on = date(2022, 6, 1)


class FeeCollectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.FeeCollection

    agency = factory.SubFactory(AgencyFactory)
    name = "示例收费"
    collected_on = date(2022, 6, 1)
    amount = Decimal("100.00")


class CleanUpFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.CleanUp

    agency = factory.SubFactory(AgencyFactory)
    basis = "示政发〔2026〕3号"
    made_at = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)


class DutyTermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.DutyTerm

    agency = factory.SubFactory(AgencyFactory)
    kind = models.DutyKind.PUBLICITY
    days = 7


class ComplaintFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Complaint

    agency = factory.SubFactory(AgencyFactory)
    number = factory.Sequence("纠错2026-{:04d}".format)
    kind = models.ComplaintKind.WRONG
    text = "示例情况说明"
    submission = factory.Sequence("{:064x}".format)
    code_digest = factory.Sequence("{:064x}".format)
    received_on = date(2026, 3, 2)
    due_on = date(2026, 3, 5)


class ApiTokenFactory(factory.django.DjangoModelFactory):
    """Its text is ``gk_`` and ``name``."""

    class Meta:
        model = models.ApiToken

    agency = factory.SubFactory(AgencyFactory)
    name = factory.Sequence(lambda n: f"示例推送{n}")
    owner = factory.LazyAttribute(lambda token: MembershipFactory(agency=token.agency).user)
    expires_on = date(2999, 12, 31)
    token_hash = factory.LazyAttribute(lambda token: tokens.hash_of(f"gk_{token.name}"))
