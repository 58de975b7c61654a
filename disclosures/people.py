"""How a person is named: surname first, as the accounts hold it; the account's name where nobody filled that in."""

from typing import Any


def name_of(person: Any) -> str:
    """Empty for nobody."""
    return (f"{person.last_name}{person.first_name}" or person.get_username()) if person else ""
