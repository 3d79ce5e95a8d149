"""References in a world are checked."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mockserver.models.carts.integrity import errors
from mockserver.models.carts.world import Token, World
from tests.support.bundled import WORLD
from tests.support.worlds import few, worlds

NOWHERE = 10**18


@few
@given(worlds())
def test_a_consistent_world_has_no_errors(some: World) -> None:
    assert list(errors(some)) == []


@few
@given(worlds(), st.data())
def test_an_unknown_id_is_an_error_at_its_pointer(some: World, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from([*some.companies]))
    company = replace(some.companies[key], default_address=NOWHERE)
    (error,) = errors(replace(some, companies={**some.companies, key: company}))
    assert error.pointer == f"/companies/{key}/default_address"
    assert "unknown address" in error.message


def test_each_reference_to_a_missing_company_is_one_error() -> None:
    companies = {key: company for key, company in WORLD.companies.items() if key != 2}
    pointers = [error.pointer for error in errors(replace(WORLD, companies=companies))]
    assert pointers == [
        "/tokens/flt_sk_boreal_000004/company",
        "/users/21/company",
        "/users/22/company",
        "/addresses/81/company",
        "/carts/61/company",
        "/carts/62/company",
    ]


def test_a_token_may_say_that_its_company_is_unknown() -> None:
    assert list(errors(replace(WORLD, tokens={"flt_sk_x": Token(None, frozenset())}))) == []
