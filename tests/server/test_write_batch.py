"""Batched writes are done in order at the end of an iteration of the event loop, and none is lost."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mockserver.server.write_batch import LONGEST, WriteBatch


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[asyncio.WriteTransport, socket.socket]]:
    """The transport of one end of a connection, and the other end."""
    here, there = socket.socketpair()
    transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=here)
    there.setblocking(False)
    with there:
        yield transport, there
        transport.close()


def came(there: socket.socket) -> bytes:
    try:
        return there.recv(100)
    except BlockingIOError:
        return b""


def test_writes_go_out_together_when_the_turn_ends():
    async def scene() -> None:
        async with connected() as (one, its_end), connected() as (other, others_end):
            ended: list[str] = []
            turn, loop = WriteBatch(lambda: ended.append("end")), asyncio.get_running_loop()
            for transport, data in ((one, b"a"), (other, b"b"), (one, b"c")):
                turn.write(loop, transport, data)
            assert (came(its_end), came(others_end), ended) == (b"", b"", [])
            await asyncio.sleep(0)
            assert (came(its_end), came(others_end), ended) == (b"ac", b"b", ["end"])

    asyncio.run(scene())


def test_no_answer_waits_long_for_others():
    async def scene() -> None:
        async with connected() as (transport, there):
            turn, loop = WriteBatch(), asyncio.get_running_loop()
            turn.write(loop, transport, b"a")
            time.sleep(LONGEST)
            assert came(there) == b""
            turn.write(loop, transport, b"b")
            assert came(there) == b"ab"

    asyncio.run(scene())


def test_who_cannot_wait_ends_the_turn():
    async def scene() -> None:
        async with connected() as (transport, there):
            turn, loop = WriteBatch(), asyncio.get_running_loop()
            turn.write(loop, transport, b"a")
            turn.end()
            assert came(there) == b"a"
            turn.write(loop, transport, b"b")
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert came(there) == b"b"

    asyncio.run(scene())
