"""A real server for the tests that need one; they are skipped where the checkout has no server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from real_server import RealServer, node_is_here


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """One server for all tests: each uses names of its own."""
    yield from _serve(tmp_path_factory.mktemp("service"))


@pytest.fixture
def own_service(tmp_path: Path) -> Iterator[RealServer]:
    """A server that the test may kill."""
    yield from _serve(tmp_path)


def _serve(folder: Path) -> Iterator[RealServer]:
    if not node_is_here():
        pytest.skip("the server's node_modules are not installed")
    with RealServer(folder) as server:
        yield server
