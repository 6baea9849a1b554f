"""What can go wrong, and whose fault it is. Texts are in `messages.py`, by code.

MockwrightError
├── BadRequest                400  bad_request, unknown_stack, unknown_model, too_many_images, …
│   ├── BadImage              422  bad_image, image_truncated, image_too_large, …
│   ├── BadReference          422  reference_unknown, tokens_not_json, base_not_zip, …
│   ├── BadRecording          422  recording_unknown, recording_too_heavy, …
│   ├── BodyTooLarge          413  body_too_large, text_too_large
│   └── RequestTimeout        408  request_timeout
├── Forbidden                 403  wrong_origin
├── NotFound                  404  not_found
├── MethodNotAllowed          405  method_not_allowed
├── Conflict                  409  run_active, storyboard_changed, part_misplaced, …
├── ServiceError              we, or the machine, have to put it right
│   ├── QueueUnavailable      503  queue_unavailable
│   ├── DiskFull              507  disk_full
│   ├── StoreUnavailable      503  store_unavailable, store_refuses, store_has_no_bucket, …
│   └── DatabaseUnavailable   503  database_unavailable
└── LeaseLost                 another worker, or the person, has taken the run from this worker
"""


class MockwrightError(Exception):
    """`code` finds the text; `detail` is one more sentence with the facts of this case."""

    code = "internal"
    status = 500

    def __init__(self, code: str | None = None, detail: str = "") -> None:
        self.code = code or self.code
        self.detail = detail
        super().__init__(f"{self.code}: {detail}" if detail else self.code)


class BadRequest(MockwrightError):
    code = "bad_request"
    status = 400


class BadImage(BadRequest):
    code = "bad_image"
    status = 422


class BadReference(BadRequest):
    code = "reference_unknown"
    status = 422


class BadRecording(BadRequest):
    code = "recording_unknown"
    status = 422


class BodyTooLarge(BadRequest):
    code = "body_too_large"
    status = 413


class RequestTimeout(BadRequest):
    code = "request_timeout"
    status = 408


class Forbidden(MockwrightError):
    code = "wrong_origin"
    status = 403


class NotFound(MockwrightError):
    code = "not_found"
    status = 404


class MethodNotAllowed(MockwrightError):
    code = "method_not_allowed"
    status = 405


class Conflict(MockwrightError):
    code = "run_active"
    status = 409


class ServiceError(MockwrightError):
    pass


class QueueUnavailable(ServiceError):
    code = "queue_unavailable"
    status = 503


class DiskFull(ServiceError):
    code = "disk_full"
    status = 507


class StoreUnavailable(ServiceError):
    """Of uploads and generated files."""

    code = "store_unavailable"
    status = 503


class DatabaseUnavailable(ServiceError):
    code = "database_unavailable"
    status = 503


class LeaseLost(MockwrightError):
    """Only workers meet it, and it ends their work on the run; no person reads of it."""
