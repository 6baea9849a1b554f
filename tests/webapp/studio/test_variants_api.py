"""Variants as a program asks for them."""

from django.test import Client

from tests.webapp.record import queued_run


def test_variants_are_made_chosen_and_stopped_by_http(client: Client) -> None:
    project = str(queued_run().project_id)

    def post(path: str, body: object = None) -> "dict[str, object]":
        response = client.post(f"/api/{path}", body, content_type="application/json")
        assert response.status_code in {200, 201, 202}, response.content
        return dict(response.json())

    variants = [{"model": "draft"}, {"model": "endpoint:none"}]
    refused = client.post(
        f"/api/projects/{project}/variants", {"variants": variants}, content_type="application/json"
    )
    assert refused.json()["code"] == "endpoint_removed"
    kimi = post("endpoints", {"url": "http://127.0.0.1:9/v1", "name": "k", "label": "Kimi"})
    variants[1]["model"] = str(kimi["model_id"])
    runs = post(f"projects/{project}/variants", {"variants": variants})["runs"]
    assert isinstance(runs, list)
    made = [run for run in runs if run["group"]]
    assert {run["variant"] for run in made} == {"Draft", "Kimi"}
    assert len({run["group"] for run in made}) == 1
    post(f"runs/{made[0]['id']}/choose")
    stopped = post(f"projects/{project}/cancel")["runs"]
    assert isinstance(stopped, list)
    assert {run["state"] for run in stopped} == {"finished"}
    assert [run["chosen_at"] is not None for run in stopped] == [
        run["id"] == made[0]["id"] for run in stopped
    ]
