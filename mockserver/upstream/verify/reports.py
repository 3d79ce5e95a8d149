"""The result of a run as text, JSON and JUnit XML."""

import json
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from mockserver.data.json import Json
from mockserver.upstream.verify.curl import curl_line
from mockserver.upstream.verify.difference import Discovery
from mockserver.upstream.verify.verifier import Result

UNCONFIRMED = "the sequence showed this once, and not again"


class Report:
    """Writes a result; the curl lines send to `url` and `setup_url`."""

    def __init__(self, result: Result, url: str, setup_url: str | None) -> None:
        self._result = result
        self._url = url
        self._setup_url = setup_url

    def text(self) -> str:
        """What people read."""
        result = self._result
        lines = [f"note: {each}" for each in result.notes]
        for number, discovery in enumerate(result.discoveries, start=1):
            lines += ["", *self._discovery_lines(number, discovery)]
        return "\n".join([*lines, "", *self._summary_lines()]).lstrip("\n")

    def json(self) -> str:
        """What programs read."""
        return json.dumps(self.as_json(), indent=2)

    def as_json(self) -> dict[str, Json]:
        """The result as JSON."""
        result = self._result
        return {
            "seed": result.seed,
            "sequences": result.sequences,
            "requests": result.requests,
            "seconds": round(result.seconds, 1),
            "covered": result.coverage.as_json(),
            "notes": list(result.notes),
            "differences": [self._discovery_json(each) for each in result.discoveries],
        }

    def junit(self) -> str:
        """A test case for each operation, which fails once for each difference."""
        result = self._result
        operations = sorted(
            {*result.coverage.operations, *(each.difference.operation for each in result.discoveries)}
        )
        count = str(len(result.discoveries))
        suite = ET.Element(
            "testsuite",
            name="mockserver verify",
            tests=str(len(operations)),
            failures=str(len({each.difference.operation for each in result.discoveries})),
            errors="0",
            time=f"{result.seconds:.3f}",
        )
        properties = ET.SubElement(suite, "properties")
        facts = {
            "seed": result.seed,
            "sequences": result.sequences,
            "requests": result.requests,
            "differences": count,
        }
        for name, value in facts.items():
            ET.SubElement(properties, "property", name=name, value=str(value))
        for operation in operations:
            case = ET.SubElement(suite, "testcase", classname="mockserver.verify", name=operation)
            for number, each in enumerate(result.discoveries, start=1):
                if each.difference.operation == operation:
                    message = _headline(each)
                    failure = ET.SubElement(
                        case, "failure", type=each.difference.kind, message=_xml_text(message)
                    )
                    failure.text = _xml_text("\n".join(self._discovery_lines(number, each)))
        suites = ET.Element("testsuites")
        suites.append(suite)
        ET.indent(suites)
        return ET.tostring(suites, encoding="unicode", xml_declaration=True)

    def _discovery_lines(self, number: int, discovery: Discovery) -> Iterator[str]:
        yield f"difference {number}: {_headline(discovery)}"
        if not discovery.is_confirmed:
            yield f"  note: {UNCONFIRMED}"
        for line in self._curl_lines(discovery):
            yield f"  {line}"
        yield f"  mock:     {_answer_line(discovery.mock)}"
        yield f"  provider: {_answer_line(discovery.provider)}"
        if discovery.difference.kind != "contract":
            yield from (f"  the provider's answer is {each}" for each in discovery.violations)
        yield "  why the mock answers so:"
        yield from (f"    {each}" for each in discovery.why)

    def _discovery_json(self, discovery: Discovery) -> dict[str, Json]:
        difference = discovery.difference
        return {
            "kind": difference.kind,
            "operation": difference.operation,
            "pointer": difference.pointer,
            "message": difference.sentence,
            "confirmed": discovery.is_confirmed,
            "requests": [*self._curl_lines(discovery)],
            "mock": discovery.mock,
            "provider": discovery.provider,
            "violations": list(discovery.violations),
            "why": list(discovery.why),
        }

    def _curl_lines(self, discovery: Discovery) -> list[str]:
        return [curl_line(each, self._url, self._setup_url) for each in discovery.sequence]

    def _summary_lines(self) -> Iterator[str]:
        result, coverage = self._result, self._result.coverage
        differences = len(result.discoveries)
        yield (
            f"{result.sequences:,} sequences, {result.requests:,} requests, {result.seconds:.0f} s,"
            f" seed {result.seed}: {differences or 'no'} difference{'' if differences == 1 else 's'}"
        )
        for name, codes in sorted(coverage.codes.items()):
            yield f"  {name}: " + ", ".join(f"{code} ({count})" for code, count in sorted(codes.items()))
        for name, states in sorted(coverage.states.items()):
            yield f"  states of {name}: " + ", ".join(
                f"{each} ({count})" for each, count in sorted(states.items())
            )
        for missed in coverage.missed():
            yield f"  not reached: {missed}"
        for unknown, count in sorted(coverage.unknown.items()):
            yield f"  the mock cannot know {unknown}: {count:,} times"


def _headline(discovery: Discovery) -> str:
    difference = discovery.difference
    pointer = f" at {difference.pointer}" if difference.pointer else ""
    return f"{difference.operation}: {difference.kind}{pointer}: {difference.sentence}"


def _answer_line(answer: dict[str, Json]) -> str:
    if "failure" in answer:
        return f"no answer: {answer['failure']}"
    body = answer.get("body")
    return f"{answer['status']} {json.dumps(body, ensure_ascii=False) if body is not None else '(no body)'}"


def _xml_text(text: str) -> str:
    """A text without the characters that XML 1.0 does not allow (section 2.2)."""
    return "".join(each if each in "\t\n\r" or (each >= " " and not "\ud800" <= each <= "\udfff"
                                               and each not in "\ufffe\uffff") else "\ufffd"
                   for each in text)  # fmt: skip
