"""On what day an item may be said to be published; the form of an item and what is pushed by a program ask the same."""

from datetime import date, timedelta

from disclosures.models import ChannelKind

AT_MOST_AHEAD = timedelta(days=366)


def fault_of(day: date, *, today: date, kind: str) -> str:
    """What is wrong with ``day`` as a day of publication on a channel of ``kind``; empty where nothing is.

    A day ahead, ``today`` excluded, is a plan: on the portal it comes true by itself, elsewhere it is entered after.
    """
    if day > today + AT_MOST_AHEAD:
        return "发布日期在一年以后，请核对"
    if day > today and kind != ChannelKind.WEBSITE:
        return "网站以外的渠道请在发布之后再登记"
    return ""
