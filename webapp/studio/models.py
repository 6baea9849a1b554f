"""The tables of the record. Only `services` writes them, `queries.py` reads them."""

import secrets
import uuid

from django.db import models

from webapp.studio.owned import Owned
from webapp.studio.recording_models import Recording
from webapp.studio.sources import is_marked_page


def new_token() -> str:
    """192 random bits: a preview address that cannot be guessed."""
    return secrets.token_urlsafe(24)


class Asset(Owned):
    """An uploaded picture, stored once per owner as an upright sRGB PNG."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sha256 = models.CharField(max_length=64)
    thumbnail_sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    format = models.CharField(max_length=10)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    scale = models.FloatField()
    notes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["owner", "sha256"], name="asset_once"),)

    def __str__(self) -> str:
        return self.name


class Arena(Owned):
    """Mockups that several models are held against, round after round: each is a project of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=["owner", "name"], condition=models.Q(deleted_at=None), name="arena_name"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Project(Owned):
    """What a person works on: mockups in order, and the runs made from them. One that was deleted
    is as gone for everybody, and can be restored until it is collected."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(null=True)  # set aside: not among those that are shown first
    deleted_at = models.DateTimeField(null=True)
    arena = models.ForeignKey(Arena, models.CASCADE, null=True, related_name="projects")
    # what its first mockup is the first state of
    recording = models.ForeignKey(Recording, models.PROTECT, null=True, related_name="projects")

    class Meta:
        ordering = ("-updated_at",)

    def __str__(self) -> str:
        return self.name


class Endpoint(Owned):
    """A model server that a person connected; a run names it as the model `endpoint:<id>`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    label = models.CharField(max_length=100)
    url = models.CharField(max_length=500)
    name = models.CharField(max_length=200)  # of the model, as the server lists it
    encrypted_key = models.TextField(blank=True)
    thinking = models.BooleanField(default=True)
    effort = models.CharField(max_length=10, blank=True)
    max_tokens = models.PositiveIntegerField(null=True)  # of one answer
    # what a person or a test found; None: as the server says
    context_tokens = models.PositiveIntegerField(null=True)
    sees_pictures = models.BooleanField(null=True)
    calls_tools = models.BooleanField(null=True)
    # US dollars per million tokens
    input_price = models.FloatField(null=True)
    cached_input_price = models.FloatField(null=True)
    output_price = models.FloatField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.label


class ProjectAsset(models.Model):
    """A mockup of a project: an asset at a place in the order, at a pixel ratio; `role` is what a
    person says that it is to the first one."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="mockups")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    scale = models.FloatField()
    role = models.CharField(max_length=10, default="auto")
    is_own = models.BooleanField(default=False)  # the imported page's own first picture

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["project", "position"], name="mockup_position"),
        )

    def __str__(self) -> str:
        return f"{self.project_id} #{self.position}"


class Reference(Owned):
    """What a person gives beside mockups: rules, design tokens, or a page to start from.

    `files` are FileRefs, of rules and tokens the one text; `sha256` and `size` are of what was
    uploaded.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    files = models.JSONField()
    notes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["owner", "sha256", "name"], name="reference_once"),
        )

    def __str__(self) -> str:
        return self.name


class ProjectReference(models.Model):
    """A reference of a project, at a place in the order."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="references")
    reference = models.ForeignKey(Reference, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["project", "position"], name="reference_position"),
        )

    def __str__(self) -> str:
        return f"{self.project_id} {self.reference_id}"


class RunGroup(models.Model):
    """Runs that were asked for together: the variants of one brief, or a round of an arena."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    arena = models.ForeignKey(Arena, models.CASCADE, null=True, related_name="rounds")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created_at",)

    def __str__(self) -> str:
        return str(self.id)


class Run(models.Model):
    """One agent run. `lease` counts claims: only the holder of the newest may write events."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        FINISHED = "finished"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="runs")
    model = models.CharField(max_length=100)
    stack = models.CharField(max_length=50)
    prompt = models.TextField(blank=True)
    thinking = models.CharField(max_length=10, blank=True)  # `parameters.Thinking`
    temperature = models.FloatField(null=True)  # None: as models of its kind are used
    limits = models.JSONField(default=dict)
    # whether its first revision is the project's base as it is, which no model changes
    imports_base = models.BooleanField(default=False)
    storyboard = models.JSONField(
        null=True
    )  # the recording's, as it was when the run was asked for
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField(auto_now_add=True)
    queued_at = models.DateTimeField()
    enqueued_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    last_seq = models.PositiveIntegerField(default=0)
    lease = models.PositiveIntegerField(default=0)
    losses = models.PositiveSmallIntegerField(default=0)
    resume_reason = models.CharField(max_length=20, blank=True)
    cancel_requested = models.BooleanField(default=False)
    pause_requested = models.BooleanField(default=False)
    score = models.FloatField(null=True)  # of the best revision
    result_score = models.FloatField(null=True)
    result_revision = models.PositiveIntegerField(null=True)
    best_revision = models.PositiveIntegerField(null=True)
    stop_reason = models.CharField(max_length=20, blank=True)
    error_code = models.CharField(max_length=50, blank=True)
    group = models.ForeignKey(RunGroup, models.SET_NULL, null=True, related_name="runs")
    variant = models.CharField(max_length=300, blank=True)  # what tells it from others of its group
    chosen_at = models.DateTimeField(null=True)  # by the person, to continue with
    # what it has taken so far; `started_at` is when it was last put to work, None while it is not
    started_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0.0)
    input_tokens = models.PositiveBigIntegerField(default=0)
    output_tokens = models.PositiveBigIntegerField(default=0)
    cost = models.FloatField(null=True)  # US dollars, of the turns that have a price
    screenshot_sha256 = models.CharField(max_length=64, blank=True)  # of the result's first page

    class Meta:
        ordering = ("-created_at",)
        indexes = (models.Index(fields=["state", "queued_at"], name="run_state"),)

    def __str__(self) -> str:
        return str(self.id)

    @property
    def ended(self) -> bool:
        return self.state in {self.State.FINISHED, self.State.FAILED}


class Event(models.Model):
    """One durable event. `body` is its JSON as `events.py` wrote it."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    agent = models.CharField(max_length=100)
    type = models.CharField(max_length=40)
    body = models.TextField()

    class Meta:
        ordering = ("seq",)
        constraints = (models.UniqueConstraint(fields=["run", "seq"], name="event_seq"),)

    def __str__(self) -> str:
        return f"{self.run_id} {self.seq} {self.type}"


class RunBlob(models.Model):
    """A blob that an event of the run names: whoever may see the run may see it."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="blobs")
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "sha256"], name="run_blob"),)

    def __str__(self) -> str:
        return f"{self.run_id} {self.sha256}"


class WaitingMessage(models.Model):
    """What the person wants of the run and it has not taken yet: words, or files that they changed
    themselves. Its `message_received` or `files_edited` ends the row."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="waiting_messages")
    text = models.TextField()  # with files: the plain command that changed them
    inspected = models.TextField(blank=True)  # with files: what the inspector set
    revision = models.PositiveIntegerField(null=True)  # whose files to go on from
    selection = models.JSONField(null=True)  # the element that they are about
    files = models.JSONField(null=True)  # FileRefs of what they changed in the revision; else words
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.run_id} {self.text[:40]}"


class Revision(models.Model):
    """A saved version of the files. `token` is its address on the preview origin."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    token = models.CharField(max_length=64, unique=True, default=new_token)
    files = models.JSONField()  # {path: sha256}
    site = models.JSONField(default=dict)  # the same of what is built of them
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["run", "number"], name="revision_number"),)

    def __str__(self) -> str:
        return f"{self.run_id} v{self.number}"

    @property
    def shown(self) -> dict[str, str]:
        """The files that a browser shows: {path: sha256}."""
        site = {path: digest for path, digest in self.site.items() if not is_marked_page(path)}
        shown: dict[str, str] = site or self.files
        return shown


class Share(models.Model):
    """A link by which anybody sees a revision, or the result as it changes, and nothing else.

    A link that was taken back stays as a row: its address says so.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(Run, models.CASCADE, related_name="shares")
    revision = models.PositiveIntegerField(null=True)  # None: the result of the run
    scripts = models.BooleanField(default=False)  # whether the page's own scripts run
    token = models.CharField(max_length=64, unique=True, default=new_token)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.run_id} v{self.revision or '*'}"


class CircuitState(models.Model):
    """What is known of a model server that fails: `catalog.circuit.Circuit`, of whoever asks it
    under this address, model and key. There is no row of one that answers."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField()
    since = models.DateTimeField()
    failed_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    probe_until = models.DateTimeField(null=True)
    code = models.CharField(max_length=50)
    detail = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.code} × {self.failures}"


class Worker(models.Model):
    """A worker process as it last reported itself."""

    name = models.CharField(max_length=200, primary_key=True)
    seen_at = models.DateTimeField()
    isolation = models.CharField(max_length=20, blank=True)
    browser = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name
