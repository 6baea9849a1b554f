"""The score of a run's result, which is not always its best revision."""

from django.db import migrations, models
from django.db.models import F


def copy_score(apps, schema_editor):
    """Until now the best revision was the result."""
    alias = schema_editor.connection.alias
    apps.get_model("studio", "Run").objects.using(alias).update(result_score=F("score"))


class Migration(migrations.Migration):
    dependencies = [("studio", "0002_owners_and_blobs")]

    operations = [
        migrations.AddField(
            model_name="run", name="result_score", field=models.FloatField(null=True)
        ),
        migrations.RunPython(copy_score, migrations.RunPython.noop),
    ]
