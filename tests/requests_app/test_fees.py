"""国办函〔2020〕109号: the tier edges of both tariffs, and the readings that are wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app import fees

# Art. 4: n-th request of the month, yuan for that request, yuan for all.
BY_ITEM = [
    (1, 0, 0),
    (10, 0, 0),
    (11, 100, 100),
    (12, 100, 200),
    (20, 100, 1000),
    (30, 100, 2000),
    (31, 200, 2200),
    (32, 200, 2400),
    (40, 200, 4000),
    (41, 300, 4300),
    (50, 300, 7000),
    (51, 400, 7400),
    (60, 400, 11000),
    (61, 500, 11500),
    (70, 500, 16000),
    (71, 600, 16600),
    (100, 800, 37000),
    (101, 900, 37900),
]
# Art. 5: pages of one request, yuan.
BY_PAGE = [
    (0, 0),
    (1, 0),
    (29, 0),
    (30, 0),
    (31, 10),
    (50, 200),
    (68, 380),
    (70, 400),
    (99, 690),
    (100, 700),
    (101, 720),
    (150, 1700),
    (199, 2680),
    (200, 2700),
    (201, 2740),
    (250, 4700),
    (300, 6700),
    (500, 14700),
]


@pytest.mark.parametrize(("n", "alone", "cumulative"), BY_ITEM)
def test_by_item(n, alone, cumulative):
    assert fees.by_item(n) == cumulative
    assert fees.by_item(n) - fees.by_item(n - 1) == alone


@pytest.mark.parametrize(("pages", "yuan"), BY_PAGE)
def test_by_page(pages, yuan):
    assert fees.by_page(pages) == yuan


def test_month_resets():
    """F01: 12 requests in March, 8 in April."""
    assert (fees.by_item(12), fees.by_item(8)) == (200, 0)


def test_one_method_only():
    """F02: the 31st request of the month, 120 pages: one or the other, never the sum."""
    assert fees.by_item(31) - fees.by_item(30) == 200
    assert fees.by_page(120) == 1100


def test_pages_are_not_added_over_requests():
    """F03."""
    assert 3 * fees.by_page(25) == 0 < fees.by_page(75)


def test_tiers_are_marginal():
    """F05, F06: the whole-amount and flat readings give 6200 and 3000."""
    assert fees.by_item(31) == 2200
    assert fees.by_page(150) == 1700


def test_fee_of_a_real_report():
    """F07: 380 yuan is 68 pages."""
    assert fees.by_page(68) == 380


def test_steps_show_how_the_sum_is_made():
    steps = fees.page_steps(150)

    assert [(step.first, step.last, step.yuan_each) for step in steps] == [(1, 30, 0), (31, 100, 10), (101, 150, 20)]
    assert sum(step.yuan for step in steps) == 1700


@given(st.integers(1, 500))
def test_each_further_unit_costs_at_least_as_much(n):
    for tariff in (fees.by_item, fees.by_page):
        assert tariff(n + 1) - tariff(n) >= tariff(n) - tariff(n - 1) >= 0


@pytest.mark.parametrize("tariff", [fees.by_item, fees.by_page])
def test_negative_numbers_are_refused(tariff):
    with pytest.raises(ValueError, match="不能为负数"):
        tariff(-1)
