"""Money as the report prints it: exact decimals, no trailing zeros, never a float."""

from decimal import Decimal


def decimal_text(amount: Decimal) -> str:
    """``Decimal("380.00")`` → ``"380"``, ``Decimal("0.50")`` → ``"0.5"``."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def wan_yuan(yuan: Decimal) -> str:
    """Yuan in 万元 (10 000 yuan), exact to the fen: six decimals at most."""
    return decimal_text(yuan / 10_000)
