"""What a visitor types into the question pages, and their way through them."""

PERSON = {
    "applicant": {"kind": "natural_person"},
    "identity": {"name": "王示例", "proof": "id_card", "number": "11010519491231002X"},
    "contact": {"phone": "13800000000", "email": "", "address": ""},
    "content": {"description": "2025年示例区城市更新专项规划的批复"},
    "delivery": {"form": "paper", "method": "mail"},
    "address": {"address": "示例市示例路1号"},
}


def begin(client, agency):
    return client.post(f"/{agency.code}/requests/new/")


def answer(client, agency, slug, **given):
    return client.post(f"/{agency.code}/requests/new/{slug}/", given)


def fill_in(client, agency, **changed):
    """Every question answered; ``changed`` by the question's name."""
    begin(client, agency)
    for slug, given in PERSON.items():
        answered = answer(client, agency, slug, **{**given, **changed.get(slug, {})})
        assert answered.status_code == 302, slug


def seen(client, agency):
    """What the page for checking would send."""
    return client.get(f"/{agency.code}/requests/new/check/").context["seen"]


def send(client, agency, **extra):
    return client.post(f"/{agency.code}/requests/new/check/", {"seen": seen(client, agency)}, **extra)
