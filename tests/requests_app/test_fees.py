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
    steps = fees.steps_by_page(150)

    assert [(step.first, step.last, step.count, step.yuan_each, step.yuan) for step in steps] == [
        (1, 30, 30, 0, 0),
        (31, 100, 70, 10, 700),
        (101, 150, 50, 20, 1000),
    ]


def test_steps_are_told_in_chinese():
    """国办函〔2020〕109号 Art. 6: the notice states the standard and the amount."""
    assert [fees.told(step) for step in fees.steps_by_item(41)] == [
        "第1至10件，不收费",
        "第11至30件，20件×100元＝2000元",
        "第31至40件，10件×200元＝2000元",
        "第41件，1件×300元＝300元",
    ]
    assert [fees.told(step) for step in fees.steps_by_page(101)] == [
        "第1至30页，不收费",
        "第31至100页，70页×10元＝700元",
        "第101页，1页×20元＝20元",
    ]
    assert [fees.told(step) for step in fees.steps_by_page(1)] == ["第1页，不收费"]
    assert fees.steps_by_item(0) == fees.steps_by_page(0) == ()


def item_alone(n):
    """What the ``n``-th request of the month costs. Art. 4: from the 31st, 100 yuan more every ten."""
    if n <= 10:
        return 0
    return 100 if n <= 30 else 200 + 100 * ((n - 31) // 10)


def page_alone(n):
    """What the ``n``-th page of a request costs (Art. 5)."""
    return 0 if n <= 30 else 10 if n <= 100 else 20 if n <= 200 else 40


@given(st.integers(0, 2000))
def test_sum_is_what_each_unit_costs_alone(n):
    assert fees.by_item(n) == sum(item_alone(unit) for unit in range(1, n + 1))
    assert fees.by_page(n) == sum(page_alone(unit) for unit in range(1, n + 1))


@given(st.integers(0, 100_000), st.sampled_from([fees.steps_by_item, fees.steps_by_page]))
def test_steps_cover_every_unit_once_and_add_up(n, steps_of):
    steps = steps_of(n)

    total = fees.by_item(n) if steps_of is fees.steps_by_item else fees.by_page(n)
    assert sum(step.yuan for step in steps) == total
    assert sum(step.count for step in steps) == n
    assert [step.first for step in steps] == [1, *(step.last + 1 for step in steps)][: len(steps)]
    assert all(step.yuan == step.count * step.yuan_each and step.count > 0 for step in steps)
    assert [step.yuan_each for step in steps] == sorted({step.yuan_each for step in steps})


@given(st.integers(1, 500))
def test_each_further_unit_costs_at_least_as_much(n):
    for tariff in (fees.by_item, fees.by_page):
        assert tariff(n + 1) - tariff(n) >= tariff(n) - tariff(n - 1) >= 0


@pytest.mark.parametrize("tariff", [fees.by_item, fees.by_page])
def test_negative_numbers_are_refused(tariff):
    with pytest.raises(ValueError, match="不能为负数"):
        tariff(-1)
