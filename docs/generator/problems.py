"""The page of problem types, from `mockserver.http.problem_types`."""

from generator.markdown import code, table
from generator.markdown import page as markdown_page
from mockserver.http.problem_types import PROBLEM_TYPES, URN

INTRODUCTION = f"""
An answer that neither the contract nor a scenario gives is a *problem* (RFC 9457): a JSON object of the
media type `application/problem+json` with the members `type`, `title`, `status`, `detail` and `message`.
`type` is `{URN}` followed by one of the names below. `detail` says what was found, what was expected and,
where there is one, the most similar valid name. `message` is the same sentence, because many SDKs show that
member. Some types have further members, which the advice names.
"""


def page() -> str:
    rows = (
        (
            code(each.kind),
            ", ".join(map(str, (each.status, *each.other_statuses))),
            each.title,
            each.advice,
        )
        for each in sorted(PROBLEM_TYPES.values(), key=lambda each: each.kind)
    )
    return markdown_page("Problems", INTRODUCTION, table(("Name", "Status", "Title", "What to do"), rows))
