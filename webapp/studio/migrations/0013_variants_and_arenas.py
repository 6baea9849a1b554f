"""Runs that were asked for together, what each has taken, and arenas."""

import uuid

from django.conf import settings
from django.db import migrations, models
from django.db.models import deletion


class Migration(migrations.Migration):
    dependencies = [
        ("studio", "0012_result_revision"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Arena",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("deleted_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ("-created_at",)},
        ),
        migrations.AddConstraint(
            model_name="arena",
            constraint=models.UniqueConstraint(
                fields=("owner", "name"),
                condition=models.Q(deleted_at=None),
                name="arena_name",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="arena",
            field=models.ForeignKey(
                null=True,
                on_delete=deletion.CASCADE,
                related_name="projects",
                to="studio.arena",
            ),
        ),
        migrations.CreateModel(
            name="RunGroup",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "arena",
                    models.ForeignKey(
                        null=True,
                        on_delete=deletion.CASCADE,
                        related_name="rounds",
                        to="studio.arena",
                    ),
                ),
            ],
            options={"ordering": ("created_at",)},
        ),
        migrations.AddField(
            model_name="run",
            name="group",
            field=models.ForeignKey(
                null=True, on_delete=deletion.SET_NULL, related_name="runs", to="studio.rungroup"
            ),
        ),
        migrations.AddField(model_name="run", name="variant", field=models.CharField(blank=True, max_length=300)),
        migrations.AddField(model_name="run", name="chosen_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="run", name="started_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="run", name="seconds", field=models.FloatField(default=0.0)),
        migrations.AddField(model_name="run", name="input_tokens", field=models.PositiveBigIntegerField(default=0)),
        migrations.AddField(model_name="run", name="output_tokens", field=models.PositiveBigIntegerField(default=0)),
        migrations.AddField(model_name="run", name="cost", field=models.FloatField(null=True)),
        migrations.AddField(model_name="run", name="screenshot_sha256", field=models.CharField(blank=True, max_length=64)),
    ]
