"""What the delivery of content keeps: its version, what a CDN has to forget, documents of front ends."""

from django.db import models


class ContentVersion(models.Model):
    """One row, moved by triggers in the transaction that changes content (`triggers.py`).

    A version is a number of microseconds since 1970, and more than the one before: a database restored from
    a backup never gives a second content the number of a first."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(id=1),
                name="delivery_contentversion_one_row",
            )
        ]

    def __str__(self) -> str:
        return str(self.version)


class ContentChange(models.Model):
    """A table of content: the version that its last change made, and the one that the CDN has forgotten."""

    tag = models.CharField(max_length=63, primary_key=True, help_text="The name of the table.")
    version = models.BigIntegerField()
    purged_version = models.BigIntegerField(db_default=0)

    def __str__(self) -> str:
        return self.tag


class StoredDocument(models.Model):
    """A GraphQL document of a front end, sent by its id alone. Never changed: another text is another row."""

    id = models.CharField(primary_key=True, max_length=71, help_text="`sha256:` and the SHA-256 of the text.")
    name = models.CharField(max_length=200, help_text="Of its operation, for people.")
    text = models.TextField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(id__regex=r"^sha256:[0-9a-f]{64}$"),
                name="delivery_storeddocument_id_is_a_hash",
            )
        ]

    def __str__(self) -> str:
        return self.name
