"""What the tables of the record that belong to a person have in common."""

from django.conf import settings
from django.db import models


class Owned(models.Model):
    """A row that belongs to someone. What hangs on one belongs to the same person."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        abstract = True
