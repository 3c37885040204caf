"""The HTTP face against its own description."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_schema_conformance,
    status_code_conformance,
)

from classifier.web.openapi import description
from classifier.web.settings import Settings
from tests.web.conftest import Server

# Nothing can be asked wrongly where there is no body, or where any bytes are one.
OPERATIONS = [
    (path, method, mode)
    for path, methods in description(Settings())["paths"].items()
    for method, told in methods.items()
    for mode in schemathesis.GenerationMode
    if mode is schemathesis.GenerationMode.POSITIVE or "application/json" in told.get("requestBody", {}).get("content", {})
]

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="session")
def described(server: Server) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(server.url + "openapi.json")


@pytest.mark.parametrize(("path", "method", "mode"), OPERATIONS)
def test_every_answer_is_as_described(
    described: schemathesis.BaseSchema, path: str, method: str, mode: schemathesis.GenerationMode
) -> None:
    operation = described[path][method.upper()]

    @given(st.data())
    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    def ask(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        checks = list(CHECKS)
        # Any bytes are a text or a file, so that only JSON can be right or wrong by its shape. A correction
        # must also agree with itself (its line, its label), which a schema cannot say.
        if case.media_type == "application/json":
            checks.append(negative_data_rejection)
            if path not in ("/api/corrections",):
                checks.append(positive_data_acceptance)
        case.call_and_validate(checks=checks)

    ask()
