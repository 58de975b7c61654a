from datetime import date

import factory

from reports import actions, document, issuing, models, rollup
from reports.models import ReportState
from reports.reading.reading import blank_tables
from tests.factories.disclosures import AgencyFactory, MembershipFactory

DAY = date(2023, 1, 16)


class AnnualReportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.AnnualReport

    agency = factory.SubFactory(AgencyFactory)
    year = 2022


class FormerReportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.FormerReport

    agency = factory.SubFactory(AgencyFactory)
    year = 2021
    document = factory.LazyFunction(lambda: {"tables": blank_tables(), "counts": {}})
    source = "示例"


class DeliveryFactory(factory.django.DjangoModelFactory):
    """Handed in as a file by an agency beneath ``to_agency``: the open format of its records, whatever they are."""

    class Meta:
        model = models.Delivery

    to_agency = factory.SubFactory(AgencyFactory)
    agency = factory.SubFactory(AgencyFactory, parent=factory.SelfAttribute("..to_agency"))
    year = 2022
    digest = factory.Sequence(lambda n: f"{n:064x}")

    @factory.lazy_attribute
    def document(self):
        report = models.AnnualReport(agency=self.agency, year=self.year)
        return rollup.kept({**document.as_json(document.assemble(report)), "status": "issued"})


def submitted(report, by=None):
    """Handed to the person who signs, by who drew it up or an officer made for it."""
    by = by or report.created_by or MembershipFactory(agency=report.agency, role="report_officer").user
    return actions.submit(report=report, by=by)


def issued(report, by, on=DAY):
    """Final, signed by ``by``."""
    report.refresh_from_db()
    if report.state in models.EDITABLE:
        report = submitted(report)
    return issuing.issue(report=report, by=by, on=on)


def published(report, by, on=DAY):
    if report.state != ReportState.ISSUED:
        report = issued(report, by, on)
    return actions.publish(report=report, by=by, on=on)


class OutlineSectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.OutlineSection

    agency = factory.SubFactory(AgencyFactory)
    part = "六"
    key = factory.Sequence("other.own_{}".format)
    heading = "自设的小标题"
