"""What kinds of personal data there are, and a find of one of them."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A word for programs and one for people; not Django's, whose import would take longer than most files."""

    label: str

    def __new__(cls, value: str, label: str) -> "Labelled":
        made = str.__new__(cls, value)
        made._value_, made.label = value, label
        return made

    @classmethod
    def of(cls, value: str) -> Self:
        """The member of this value. Raises ``KeyError``."""
        return {member.value: member for member in cls}[value]


class Kind(Labelled):
    IDENTITY = "identity", "居民身份证号"
    PHONE = "phone", "手机号码"
    BANK_CARD = "bank_card", "银行卡号"
    EMAIL = "email", "电子邮箱"
    PLATE = "plate", "车牌号码"
    ADDRESS = "address", "家庭住址"
    PASSPORT = "passport", "护照、通行证号码"


@dataclass(frozen=True)
class Found:
    """A place in folded text: ``end`` excluded; ``hidden`` are the positions that a mask covers.

    ``cut``: where the part begins that is left out as a whole, for what has no fixed length.
    """

    kind: Kind
    start: int
    end: int
    hidden: Collection[int] = ()
    cut: int | None = None
