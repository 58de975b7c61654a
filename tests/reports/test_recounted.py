"""Random ledgers over three years: figures, lists and kept records all say what a count by hand says."""

import random
from decimal import Decimal

import pytest
from django.db.models import Sum

from disclosures import calendars
from reports.cells import CELLS
from reports.figures import NAMED, WEIGHED, collect, collect_years
from reports.indicators import INDICATORS, find
from reports.records import leaves_of, weights_of
from tests.factories.disclosures import AgencyFactory
from tests.reports.random_years import fill, recount

pytestmark = pytest.mark.django_db
YEARS = (2021, 2022, 2023)
NOT_KEPT = (*NAMED, "counts.items.total")


def leaves(figures):
    """Code → value of everything counted that is not zero, totals of the tables and means left out."""

    def walk(prefix, value):
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from walk(f"{prefix}.{key}", inner)
        elif isinstance(value, list):
            for place, inner in enumerate(value, start=1):
                yield f"{prefix}.{place}", inner
        else:
            yield prefix, value

    cells = ((code, figures[code]) for code, cell in CELLS.items() if not cell.is_total)
    found = {code: Decimal(value) for code, value in (*cells, *walk("counts", figures.counts)) if value is not None}
    yuan = {code: value * 10_000 if code == "proactive.fees_wan_yuan" else value for code, value in found.items()}
    return {code: value for code, value in yuan.items() if value and "_days" not in code}


@pytest.fixture(params=range(4))
def agency(request):
    agency = AgencyFactory()
    chance = random.Random(request.param)
    fill(agency, chance, (1, 6, 14, 25)[request.param])
    fill(AgencyFactory(), chance, 3)  # another agency's
    return agency


def test_figures_of_three_years_are_those_counted_by_hand(agency):
    several = collect_years(agency, YEARS)

    for year in YEARS:
        counted, days = recount(agency, year)
        assert leaves(several[year]) == counted
        told = {key: value for key, value in several[year].counts["timeliness"].items() if key in days}
        assert {key: None if value is None else Decimal(value) for key, value in told.items()} == days
        assert collect(agency, year) == several[year]


def test_records_kept_for_a_figure_weigh_what_it_says(agency):
    for year in YEARS:
        figures = collect(agency, year)
        kept = weights_of(agency, year)

        sums = {code: sum(map(Decimal, weights.values())) for code, weights in kept.items()}
        assert {code: value for code, value in sums.items() if value} == {
            code: value for code, value in leaves(figures).items() if not code.startswith(NOT_KEPT)
        }
        assert all(len(set(weights)) == len(weights) for weights in kept.values())


def test_list_behind_a_figure_is_what_was_counted(agency):
    year = 2022
    kept = weights_of(agency, year)
    figures = collect(agency, year)

    for code in {*CELLS, *INDICATORS, *kept, *leaves(figures)}:
        found = find(code)
        if found.records is None:
            continue
        records = found.records(agency, year)
        if code.startswith(NAMED):
            assert records.count() == figures[code], code
            continue
        if found.is_total:
            assert records.count() == figures[code], code
            assert set(records.values_list("pk", flat=True)) == {
                key for part in leaves_of(code) for key in kept.get(part, ())
            }, code
            continue
        assert set(records.values_list("pk", flat=True)) == set(kept.get(code, ())), code
        if code in WEIGHED:
            assert (records.aggregate(sum=Sum(found.weight))["sum"] or 0) == sum(
                map(Decimal, kept.get(code, {}).values())
            ), code


def test_number_of_queries_is_the_same_for_every_size_and_number_of_years(agency, django_assert_num_queries):
    calendars.current()  # read once a process

    with django_assert_num_queries(3):
        collect_years(agency, [2021, 2022])
    with django_assert_num_queries(3):
        weights_of(agency, 2022)
