"""The model servers that a person connects. A key goes in and never comes out again."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from asgiref.sync import async_to_sync
from django.contrib.auth.models import User

from webapp.origins import Origin, server_address
from webapp.studio import queries
from webapp.studio.catalog import options
from webapp.studio.catalog.check_results import ConnectionReport
from webapp.studio.catalog.endpoints import ModelEndpoint
from webapp.studio.encryption import encrypt
from webapp.studio.errors import BadRequest, Conflict, NotFound
from webapp.studio.models import Endpoint
from webapp.studio.parameters import EndpointParameters
from webapp.studio.services import circuits

_testing: set[int] = set()  # ids of the people whose test is running
_lock = threading.Lock()


def create_endpoint(owner: User, parameters: EndpointParameters) -> Endpoint:
    """Raises BadRequest."""
    row = Endpoint(owner=owner)
    _fill(row, parameters)
    row.save()
    return row


def change_endpoint(row: Endpoint, parameters: EndpointParameters) -> Endpoint:
    """A run at work keeps what it began with. Raises BadRequest."""
    _fill(row, parameters)
    row.save()
    return row


def delete_endpoint(row: Endpoint) -> None:
    """A run at work goes on; one that is continued later asks for another model."""
    row.delete()


def check_endpoint(
    owner: User, parameters: EndpointParameters, row: Endpoint | None = None
) -> ConnectionReport:
    """Test a model server with small real requests, for up to half a minute; one at a time for
    each person. `row` lends its key. Raises BadRequest and Conflict."""
    endpoint = ModelEndpoint(
        model_id="",
        label="",
        url=checked_address(parameters.url),
        name=parameters.name.strip(),
        key=key_for(parameters, row),
    )
    return _check(owner, endpoint)


def check_own_endpoint(owner: User) -> ConnectionReport:
    """Test the model server that the environment names. Raises NotFound and Conflict."""
    endpoint = next(iter(options.own_endpoint()), None)
    if endpoint is None:
        raise NotFound(detail="The environment names no model.")
    return _check(owner, endpoint)


def _check(owner: User, endpoint: ModelEndpoint) -> ConnectionReport:
    """Raises Conflict."""
    # heavy, and loaded in this request's own thread
    from webapp.studio.catalog.connection import check_connection  # noqa: PLC0415

    with _alone(owner):
        report = async_to_sync(check_connection)(endpoint)
    if any(one.check == "answers" and one.outcome == "yes" for one in report.findings):
        circuits.report_answer(endpoint)  # who waits for it need not wait on
    return report


@contextmanager
def _alone(owner: User) -> Iterator[None]:
    """Raises Conflict where a test of this person is running in this process."""
    with _lock:
        if owner.id in _testing:
            raise Conflict("test_running")
        _testing.add(owner.id)
    try:
        yield
    finally:
        with _lock:
            _testing.discard(owner.id)


def key_for(parameters: EndpointParameters, row: Endpoint | None) -> str:
    """The key to use: the one given, else the one kept, but for the server it was kept for alone.

    Raises BadRequest.
    """
    if parameters.key is not None:
        return _checked_key(parameters.key)
    kept = "" if row is None else queries.key_of(row)
    if kept and row is not None and _origin(parameters.url) != _origin(row.url):
        raise BadRequest("endpoint_key_elsewhere")
    if kept is None:
        raise BadRequest("endpoint_key_unreadable")
    return kept


def checked_address(text: str) -> str:
    """Raises BadRequest."""
    try:
        return server_address(text)
    except ValueError as error:
        raise BadRequest("bad_address") from error


def _fill(row: Endpoint, parameters: EndpointParameters) -> None:
    url, name = checked_address(parameters.url), parameters.name.strip()
    if not name:
        raise BadRequest("no_model_name")
    prices = parameters.input_price, parameters.output_price
    if (None in prices) and (*prices, parameters.cached_input_price) != (None, None, None):
        raise BadRequest("bad_prices")
    key = key_for(parameters, row if row.url else None)
    row.encrypted_key = encrypt(key) if key else ""
    row.url, row.name, row.label = url, name, parameters.label.strip() or name[:100]
    row.thinking, row.effort = parameters.thinking, parameters.effort
    row.max_tokens, row.context_tokens = parameters.max_tokens, parameters.context_tokens
    row.sees_pictures, row.calls_tools = parameters.sees_pictures, parameters.calls_tools
    row.input_price, row.output_price = prices
    row.cached_input_price = parameters.cached_input_price


def _checked_key(text: str) -> str:
    key = text.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise BadRequest("bad_key")
    return key


def _origin(url: str) -> Origin:
    address = checked_address(url)
    scheme, _, rest = address.partition("://")
    return Origin.parse(f"{scheme}://{rest.partition('/')[0]}")
