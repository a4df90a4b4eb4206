"""One data folder for all tests that start the product's own servers: making its tables takes longest."""

from collections.abc import Iterator

import pytest

from tests.config.running import RunningProduct, temporary_folder


@pytest.fixture(scope="session")
def the_product() -> Iterator[RunningProduct]:
    with temporary_folder() as folder:
        product = RunningProduct(folder)
        yield product
        product.down()


@pytest.fixture
def product(the_product: RunningProduct) -> RunningProduct:
    """The product, running."""
    return the_product.up()


@pytest.fixture
def quiet_product(the_product: RunningProduct) -> RunningProduct:
    """The product, not running; its data folder may or may not have been used."""
    return the_product.down()
