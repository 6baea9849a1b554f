"""One owner column where it hangs on an owned row; the right to see a blob as a row.

A revision's score stays in its event alone.
"""

import json

import django.db.models.deletion
from django.db import migrations, models

BATCH = 500  # events at a time


def name_blobs(apps, schema_editor):
    """A row for each blob that an event written so far names."""
    alias = schema_editor.connection.alias
    blob_model = apps.get_model("studio", "RunBlob")
    stored = apps.get_model("studio", "Event").objects.using(alias)
    last = 0
    while True:
        rows = stored.filter(id__gt=last, body__contains='"sha256"')
        events = list(rows.order_by("id").values_list("id", "run_id", "body")[:BATCH])
        if not events:
            return
        named = {
            (run_id, digest) for _, run_id, body in events for digest in blobs_of(json.loads(body))
        }
        blob_model.objects.using(alias).bulk_create(
            [blob_model(run_id=run_id, sha256=digest) for run_id, digest in sorted(named)],
            batch_size=BATCH,
            ignore_conflicts=True,
        )
        last = events[-1][0]


def blobs_of(body):
    if isinstance(body, dict):
        if isinstance(digest := body.get("sha256"), str):
            yield digest
        body = body.values()
    elif not isinstance(body, list):
        return
    for part in body:
        yield from blobs_of(part)


class Migration(migrations.Migration):
    dependencies = [("studio", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="RunBlob",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blobs",
                        to="studio.run",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="runblob",
            constraint=models.UniqueConstraint(fields=("run", "sha256"), name="run_blob"),
        ),
        migrations.RunPython(name_blobs, migrations.RunPython.noop),
        migrations.RemoveField(model_name="projectasset", name="owner"),
        migrations.RemoveField(model_name="run", name="owner"),
        migrations.RemoveField(model_name="event", name="owner"),
        migrations.RemoveField(model_name="revision", name="owner"),
        migrations.RemoveField(model_name="revision", name="score"),
    ]
