"""Trees kept by ``parent`` with a path that one index range can search.

A library with its own insertion API would not survive forms, imports and factories that simply set a parent;
recursive queries would read the whole tree to show one branch.
"""

from django.core.exceptions import ValidationError
from django.db import models, transaction

from disclosures.bulk_changes import TellingQuerySet


class TreeQuerySet(TellingQuerySet):
    def within(self, node: "TreeNode") -> "TreeQuerySet":
        """``node`` and everything beneath it."""
        return self.filter(path__startswith=node.path)

    def bulk_create(self, *args, **kwargs):
        raise NotImplementedError("A node's path needs its primary key: save nodes one by one.")


class TreeNode(models.Model):
    parent = models.ForeignKey(
        "self", verbose_name="上级", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    # Primary keys from the root to the node itself, each followed by a slash: "1/5/17/".
    path = models.CharField(max_length=255, editable=False, db_index=True, default="")

    class Meta:
        abstract = True

    def save(self, *args, **kwargs) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            self._place()

    def clean(self) -> None:
        super().clean()
        if self.pk and self.parent and self.parent.path.startswith(self.path):
            raise ValidationError({"parent": "上级不能是自己或自己的下级，请另选一个上级"})

    def _place(self) -> None:
        old, new = self.path, f"{self.parent.path if self.parent else ''}{self.pk}/"
        if old == new:
            return
        nodes = type(self)._base_manager
        nodes.filter(pk=self.pk).update(path=new)
        if old:
            for node in nodes.filter(path__startswith=old).exclude(pk=self.pk).only("pk", "path"):
                nodes.filter(pk=node.pk).update(path=new + node.path.removeprefix(old))
        self.path = new

    @property
    def depth(self) -> int:
        """0 for a root."""
        return self.path.count("/") - 1
