"""Which revision is a run's result, not its score alone."""

import json

from django.db import migrations, models


def find_results(apps, schema_editor):
    """The newest revision that has the score which is known to be the result's."""
    alias = schema_editor.connection.alias
    runs = apps.get_model("studio", "Run").objects.using(alias)
    events = apps.get_model("studio", "Event").objects.using(alias)
    for run in runs.exclude(result_score=None).iterator():
        saved = events.filter(run_id=run.pk, type="revision_saved").order_by("-seq")
        for body in saved.values_list("body", flat=True):
            one = json.loads(body)
            if one["score"]["total"] == run.result_score:
                runs.filter(pk=run.pk).update(result_revision=one["number"])
                break


class Migration(migrations.Migration):
    dependencies = [("studio", "0011_hand_edits")]

    operations = [
        migrations.AddField(
            model_name="run", name="result_revision", field=models.PositiveIntegerField(null=True)
        ),
        migrations.RunPython(find_results, migrations.RunPython.noop),
    ]
