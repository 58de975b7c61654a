"""Who may see and do what: the one place that admin, import, export, portal staff pages and API ask.

A person acts through memberships: a role in an agency reaches that agency and everything beneath it. A model says
which area of work it belongs to (``access_area``) and how to reach its agency (``agency_path``, default ``agency``).
Superusers may do everything: they keep the machine.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.apps import apps
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Model, Q, QuerySet

from disclosures.areas import POWERS, Action, Area, Role
from disclosures.models import Agency, Membership

M = TypeVar("M", bound=Model)
User = AbstractBaseUser | AnonymousUser
FEW = 20  # agencies that are named one by one in a query
NATIVE_ACTIONS = {Action.VIEW, Action.ADD, Action.CHANGE, Action.DELETE, Action.IMPORT, Action.EXPORT}


def _memberships(user: Any) -> list[tuple[Role, str]]:
    """(role, path of the agency) of an active person; read once a request."""
    if not user.is_active or user.is_anonymous:
        return []
    if not hasattr(user, "_membership_paths"):
        rows = Membership.objects.filter(user_id=user.pk).values_list("role", "agency__path")
        user._membership_paths = [(Role(role), path) for role, path in rows]
    return user._membership_paths


def _reach(user: User, action: Action, area: Area) -> list[str]:
    """Paths of the agencies where the person may take ``action`` in ``area``; beneath them too."""
    return [path for role, path in _memberships(user) if action in POWERS[role].get(area, ())]


def _keeps_machine(user: User) -> bool:
    return bool(user.is_active and getattr(user, "is_superuser", False))


def can(user: User, action: Action, area: Area, agency: Agency | None = None) -> bool:
    """May the person take ``action`` in ``area`` for ``agency``, or, without one, anywhere?"""
    if _keeps_machine(user):
        return True
    reach = _reach(user, action, area)
    return any(agency.path.startswith(path) for path in reach) if agency else bool(reach)


def keeps_calendar(user: User) -> bool:
    """May the person change the calendar that all agencies count by? Managers of an agency that has none above it may.

    Superusers may, as everything.
    """
    return _keeps_machine(user) or any(path.count("/") == 1 for path in _reach(user, Action.CHANGE, Area.SETUP))


def agencies_for(user: User, action: Action, area: Area) -> QuerySet[Agency]:
    """The agencies for which the person may take ``action`` in ``area``."""
    return limit(Agency.objects.all(), user, action, area, "")


def home_agency(user: User, action: Action, area: Area) -> Agency | None:
    """The agency that a form begins with: that of the person's own role, even where others lie beneath it.

    None for whoever has roles in several, or keeps the machine over several.
    """
    reach = set(_reach(user, action, area))
    found = list((Agency.objects.filter(path__in=reach) if reach else agencies_for(user, action, area))[:2])
    return found[0] if len(found) == 1 else None


def visible_to(user: User, queryset: QuerySet[M], action: Action = Action.VIEW) -> QuerySet[M]:
    """The rows of ``queryset`` that the person may see (or take ``action`` on)."""
    model = queryset.model
    return limit(queryset, user, action, model.access_area, agency_path(model))  # type: ignore[attr-defined]


def limit(queryset: QuerySet[M], user: User, action: Action, area: Area, path: str) -> QuerySet[M]:
    if _keeps_machine(user):
        return queryset
    reach = tuple(sorted(set(_reach(user, action, area))))
    if not reach:
        return queryset.none()
    if path and len(found := _agencies_within(user, reach)) <= FEW:
        # By key, an index on agency and day gives the newest rows without sorting all of them.
        return queryset.filter(**{f"{path}__in": found})
    field = f"{path}__path__startswith" if path else "path__startswith"
    branches = Q()
    for branch in reach:
        branches |= Q(**{field: branch})
    return queryset.filter(branches)


def _agencies_within(user: Any, reach: tuple[str, ...]) -> list[int]:
    """Keys of the agencies in the branches, at most one more than ``FEW``; read once a request."""
    known: dict[tuple[str, ...], list[int]] = user.__dict__.setdefault("_agencies_within", {})
    if reach not in known:
        branches = Q()
        for branch in reach:
            branches |= Q(path__startswith=branch)
        known[reach] = list(Agency.objects.filter(branches).order_by().values_list("pk", flat=True)[: FEW + 1])
    return known[reach]


def agency_path(model: type[Model]) -> str:
    """The look-up from a model to its agency: ``agency``, ``item__agency``…; empty for the agency itself."""
    if model is Agency:
        return ""
    return getattr(model, "agency_path", "agency")


def agency_of(obj: Model) -> Agency | None:
    """The agency that a row belongs to; None while it is not yet chosen."""
    target: Any = obj
    for step in filter(None, agency_path(type(obj)).split("__")):
        target = getattr(target, step, None) if getattr(target, f"{step}_id", None) else None
    return target


def sees_identity(user: User, agency: Agency) -> bool:
    """May the person read applicants' identity and contact data?"""
    return can(user, Action.REVEAL, Area.CASES, agency)


def is_staff_member(user: User) -> bool:
    """May the person enter the back office at all?"""
    return _keeps_machine(user) or bool(_memberships(user))


class MembershipBackend(ModelBackend):
    """Passwords as Django keeps them; its permission questions (``app.view_item``) answered from the memberships.

    Django's own per-user and per-group permissions are not asked: they know no agency.
    """

    def get_all_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        return set()

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        action, model = _parse(perm)
        if action is None or model is None:
            return False
        return can(user_obj, action, model.access_area, agency_of(obj) if obj is not None else None)  # type: ignore[attr-defined]

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        areas: Iterable[Area] = {
            model.access_area for model in apps.get_app_config(app_label).get_models() if hasattr(model, "access_area")
        }
        return any(can(user_obj, Action.VIEW, area) for area in areas)


def _parse(perm: str) -> tuple[Action | None, type[Model] | None]:
    app_label, _, codename = perm.partition(".")
    action, _, name = codename.partition("_")
    try:
        model = apps.get_model(app_label, name)
    except LookupError:
        return None, None
    if action not in NATIVE_ACTIONS or not hasattr(model, "access_area"):
        return None, None
    return Action(action), model
