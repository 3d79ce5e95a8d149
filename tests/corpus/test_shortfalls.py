from tests.corpus.shortfalls import Row, failed_cases, read_rows, shortfalls

BIRDS = Row("birds/birds.yaml", (), errors=0, slow=0, slowest=12.0)


def row(*lines: str, errors: int = 0, slow: int = 0, slowest: float = 12.0) -> Row:
    return Row("birds/birds.yaml", lines, errors, slow, slowest)


def test_a_row_is_read_from_the_runner_s_json():
    told = {"document": "birds/birds.yaml", "told": [], "errors": 0, "slow": 0, "slowest": 12.0, "sent": 4}
    assert read_rows([told]) == [BIRDS]


def test_each_line_of_the_runner_counts():
    assert shortfalls(row("list: GET /birds -> 404"), {}) == ["birds/birds.yaml: list: GET /birds -> 404"]


def test_steps_that_need_a_state_do_not_count():
    assert shortfalls(row("--stateful birds: POST /birds -> 400"), {}) == []


def test_as_many_lines_as_the_document_is_allowed_do_not_count():
    two = row("one: GET /a -> 404", "two: GET /b -> 404")
    assert shortfalls(two, {"birds/birds.yaml": 2}) == []
    assert len(shortfalls(two, {"birds/birds.yaml": 1})) == 2


def test_an_answer_of_5xx_counts_even_in_a_step_that_needs_a_state():
    broken = row("--stateful birds: POST /birds -> 500", errors=1)
    assert shortfalls(broken, {"birds/birds.yaml": 9}) == ["birds/birds.yaml: 1 answers of 5xx"]


def test_slow_answers_do_not_count():
    assert shortfalls(row("an answer took over 1 s", slow=2, slowest=1301.4), {}) == []


def test_failed_cases_are_read_from_the_output():
    output = (
        "birds-sing: status 404, not [200]; body: {}\nbirds-sing: lacks 'song'\n1 of 2 cases as expected\n"
    )
    assert failed_cases(output) == {
        "birds-sing": ["birds-sing: status 404, not [200]; body: {}", "birds-sing: lacks 'song'"]
    }
