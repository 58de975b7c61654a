import factory

from reports import models
from tests.factories.disclosures import AgencyFactory


class AnnualReportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.AnnualReport

    agency = factory.SubFactory(AgencyFactory)
    year = 2022
