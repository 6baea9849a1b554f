"""Model servers that a person connected."""

from ninja import Router, Status

from webapp.studio import bodies, queries, schemas, services
from webapp.studio.api.http import Request
from webapp.studio.catalog.check_results import ConnectionReport

router = Router(tags=["models"])


@router.get("/endpoints", response=list[schemas.Endpoint])
def list_endpoints(request: Request) -> list[schemas.Endpoint]:
    """The model servers that the person added, the newest first, without their keys."""
    return [schemas.Endpoint.of(row) for row in queries.endpoints(request.user)]


@router.post("/endpoints", response={201: schemas.Endpoint})
def post_endpoint(request: Request, body: bodies.NewEndpoint) -> Status[schemas.Endpoint]:
    """Add a model server; it is on offer at once."""
    row = services.create_endpoint(request.user, body.parameters())
    return Status(201, schemas.Endpoint.of(row))


@router.post("/endpoints/test", response=ConnectionReport)
def post_endpoint_test(request: Request, body: bodies.EndpointTest) -> ConnectionReport:
    """Ask a model server small real questions, for up to half a minute, and tell what it can do."""
    row = queries.endpoint(request.user, body.id) if body.id is not None else None
    return services.check_endpoint(request.user, body.parameters(), row)


@router.post("/endpoints/environment/test", response=ConnectionReport)
def post_own_endpoint_test(request: Request) -> ConnectionReport:
    """The same of the model server that the environment names, with its key."""
    return services.check_own_endpoint(request.user)


@router.put("/endpoints/{endpoint_id}", response=schemas.Endpoint)
def put_endpoint(request: Request, endpoint_id: str, body: bodies.NewEndpoint) -> schemas.Endpoint:
    """Change a model server."""
    row = queries.endpoint(request.user, endpoint_id)
    return schemas.Endpoint.of(services.change_endpoint(row, body.parameters()))


@router.delete("/endpoints/{endpoint_id}", response={204: None})
def delete_endpoint(request: Request, endpoint_id: str) -> Status[None]:
    """Forget a model server and its key. What runs made with it stays."""
    services.delete_endpoint(queries.endpoint(request.user, endpoint_id))
    return Status(204, None)
