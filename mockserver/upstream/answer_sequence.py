"""The answers that equal requests got, in their order: a sequence that repeated traffic does not lengthen."""

from collections.abc import Sequence
from itertools import groupby

MOST_ANSWERS = 1_000  # of one sequence


class AnswerSequence:
    """Answers by their ids, which the steps of a story repeat; the last one holds for all further requests.

    Traffic that repeats itself is kept once, and so is traffic that is a part of `known`.
    """

    def __init__(self, known: Sequence[int] = ()) -> None:
        """`known` are the answers of earlier traffic."""
        self._known = list(known)
        self._new: list[int] = []
        # How many of the known answers may have come before the next one; empty if the new ones differ.
        self._positions = set(range(len(known) + 1)) if known else set[int]()

    def add(self, answer: int) -> bool:
        """Add the next answer; False if there are too many."""
        if self._positions:
            self._positions = self._followed(answer)
        if len(self._known) + len(self._new) >= MOST_ANSWERS:
            return self._new[-1:] == [answer]
        self._new.append(answer)
        return True

    @property
    def steps(self) -> list[tuple[int, int]]:
        """Each answer, and how often it comes before the next one; the last one comes once."""
        answers = self._known if self._positions else [*self._known, *_repeated_part(self._new)]
        steps = [(answer, len(list(group))) for answer, group in groupby(answers)]
        return [*steps[:-1], *((answer, 1) for answer, _ in steps[-1:])]

    def _followed(self, answer: int) -> set[int]:
        """The positions after an answer; the sequence may begin again after its end."""
        known, end = self._known, len(self._known)
        positions = {each + 1 for each in self._positions if each < end and known[each] == answer}
        if end in self._positions:
            positions |= {end} if known[-1] == answer else set()
            positions |= {1} if known[0] == answer else set()
        return positions


def _repeated_part(answers: Sequence[int]) -> Sequence[int]:
    """The shortest beginning whose repetition is the whole sequence."""
    borders = [0] * len(answers)  # of each beginning, the longest part that it both begins and ends with
    for index in range(1, len(answers)):
        length = borders[index - 1]
        while length and answers[index] != answers[length]:
            length = borders[length - 1]
        borders[index] = length + (answers[index] == answers[length])
    period = len(answers) - borders[-1] if answers else 0
    return answers[:period] if period and len(answers) % period == 0 else answers
