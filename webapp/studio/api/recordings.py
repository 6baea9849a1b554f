"""Screen recordings: uploaded in parts, read by a worker, corrected by the person."""

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from ninja import File, Router, Status
from ninja.files import UploadedFile

from webapp.studio import bodies, recordings, services
from webapp.studio.api.http import Request, blob
from webapp.studio.errors import BadRequest
from webapp.studio.recording_schemas import Recording, RecordingPicture, RecordingSummary
from webapp.studio.uploads.recordings import FORMATS

router = Router(tags=["recordings"])


@router.post("/recordings", response={201: Recording})
def post_recording(request: Request, body: bodies.NewRecording) -> Status[Recording]:
    """Announce a recording, whose bytes then come in parts."""
    return Status(201, Recording.of(services.create_recording(request.user, body.name, body.size)))


@router.get("/recordings", response=list[RecordingSummary])
def list_recordings(request: Request) -> list[RecordingSummary]:
    """Those of which no project was made yet, the newest first."""
    return [RecordingSummary.of(one) for one in recordings.unused_recordings(request.user)]


@router.get("/recordings/{recording_id}", response=Recording)
def get_recording(request: Request, recording_id: str) -> Recording:
    """How far its upload or its reading is, and what was read."""
    return Recording.of(recordings.recording(request.user, recording_id))


@router.put(
    "/recordings/{recording_id}/content",
    response=Recording,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        }
    },
)
def put_content(request: Request, recording_id: str, offset: int) -> Recording:
    """Send the next bytes of the file, up to 4 MB of them, as the body. `offset`: how many came
    before, which is what `received` says. With the last ones it is queued to be read."""
    row = recordings.recording(request.user, recording_id)
    # past Django's limit for texts; what is held in memory is a part and not more
    data = request.read(settings.RECORDING_LIMITS.part_bytes + 1)
    return Recording.of(services.add_part(row, offset, data))


@router.get("/recordings/{recording_id}/content")
def get_content(request: Request, recording_id: str) -> HttpResponseBase:
    """The file as it was uploaded, or the range of it that the header Range asks for."""
    row = recordings.recording(request.user, recording_id)
    if row.received < row.size:
        raise BadRequest(detail=f"{row.received} of its {row.size} bytes have arrived.")
    try:
        asked = recordings.parse_range(request.headers.get("Range", ""), row.size)
    except BadRequest:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{row.size}"})
    wanted = asked or recordings.ByteRange(0, row.size - 1)
    response = StreamingHttpResponse(
        recordings.content(row, wanted),
        status=206 if asked else 200,
        content_type=FORMATS[row.format],
        headers={
            "Accept-Ranges": "bytes",
            "Content-Length": str(wanted.size),
            "Cache-Control": "private, max-age=31536000, immutable",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
    if asked:
        response.headers["Content-Range"] = f"bytes {asked.first}-{asked.last}/{row.size}"
    return response


@router.put("/recordings/{recording_id}/storyboard", response=Recording)
def put_storyboard(
    request: Request, recording_id: str, body: bodies.ChangedStoryboard
) -> Recording:
    """Replace its states and actions. Where `version` is not the newest, nothing is changed and the
    answer is 409: both are there to choose from."""
    row = recordings.recording(request.user, recording_id)
    return Recording.of(services.change_storyboard(row, body.version, body.storyboard))


@router.post("/recordings/{recording_id}/read", response={202: Recording})
def post_read(request: Request, recording_id: str) -> Status[Recording]:
    """Read a refused recording once more."""
    row = recordings.recording(request.user, recording_id)
    return Status(202, Recording.of(services.read_again(row)))


@router.post("/recordings/{recording_id}/pictures", response={201: RecordingPicture})
def post_picture(
    request: Request, recording_id: str, file: File[UploadedFile]
) -> Status[RecordingPicture]:
    """Store a frame of it as a picture that a state may have."""
    row = recordings.recording(request.user, recording_id)
    return Status(201, RecordingPicture.of(services.add_picture(row, file)))


@router.get("/recordings/{recording_id}/pictures/{sha256}")
def get_picture(request: Request, recording_id: str, sha256: str) -> HttpResponse:
    """A state's picture."""
    row = recordings.recording(request.user, recording_id)
    return blob(recordings.picture(row, sha256).sha256)


@router.delete("/recordings/{recording_id}", response={204: None})
def delete_recording(request: Request, recording_id: str) -> Status[None]:
    """Forget a recording of which no project is made."""
    services.delete_recording(recordings.recording(request.user, recording_id))
    return Status(204, None)
