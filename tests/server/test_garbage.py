"""The garbage collector is switched off while modules and documents are loaded."""

import gc

import pytest

from mockserver.server.garbage import no_collections


def test_nothing_is_collected_meanwhile_and_all_is_again_afterwards():
    with no_collections():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_an_error_leaves_the_collector_on():
    with pytest.raises(LookupError), no_collections():
        raise LookupError
    assert gc.isenabled()
