from django.db import models

from disclosures.models.agencies import Agency


class Counter(models.Model):
    """The last number given in a family of numbers (登记编号, 文号…) of an agency and year."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE)
    family = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "编号"
        constraints = [models.UniqueConstraint(fields=["agency", "family", "year"], name="counter_once")]

    def __str__(self) -> str:
        return f"{self.family} {self.year} {self.last}"
