"""Calendar years, the only period of the annual report (格式: 统计时限自1月1日起至12月31日止)."""

from datetime import date


def year_of(year: int) -> tuple[date, date]:
    """First and last day of the year, both included."""
    return date(year, 1, 1), date(year, 12, 31)
