"""Cases that were sent on the portal, with a code that opens them."""

from requests_app.enums import RequestChannel
from requests_app.online import digest_of_code
from tests.factories.requests_app import DisclosureRequestFactory

CODE = "ABCD-2345-EFGH-6789-JKLM"


def online_case(*, code=CODE, **details):
    """Arrived on the portal; ``received_on`` where it is confirmed already."""
    given = {"channel": RequestChannel.ONLINE, "code_digest": digest_of_code(code)} | details
    return DisclosureRequestFactory(**given)


def opens(client, case, code=CODE, **extra):
    """What the entrance answers to the number of the case and a code."""
    address = f"/{case.agency.code}/requests/status/"
    return client.post(address, {"number": case.number, "code": code}, **extra)
