"""索引号: ``{信用代码}/{年}-{序号}`` or the agency's own pattern; unique in the agency and never given twice."""

from disclosures import counters
from disclosures.models import Agency, Item

FAMILY = "索引号"
LONGEST = 60


def written(pattern: str, *, agency: Agency, year: int, serial: int) -> str:
    """The number as the pattern has it; the serial has five digits at least."""
    parts = {"信用代码": agency.credit_code or agency.code, "机关代码": agency.code, "年": str(year)}
    number = pattern
    for part, value in {**parts, "序号": f"{serial:05}"}.items():
        number = number.replace(f"{{{part}}}", value)
    return number[:LONGEST]


def give(item: Item, year: int) -> None:
    """Numbers an item that has none; inside the transaction that stores it.

    The counter only goes forward, so the number of an item that is gone is not given again; one that somebody typed
    by hand is passed over.
    """
    while not item.index_number:
        serial = counters.take(item.agency, FAMILY, year)[0]
        number = written(item.agency.index_pattern, agency=item.agency, year=year, serial=serial)
        if not Item.objects.of(item.agency).filter(index_number=number).exists():
            item.index_number = number
