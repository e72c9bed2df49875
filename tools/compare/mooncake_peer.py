"""One end of a transfer by Mooncake's transfer engine over TCP."""

from mooncake.engine import TransferEngine

import peer


def engine():
    made = TransferEngine()
    status = made.initialize("127.0.0.1", "P2PHANDSHAKE", "tcp", "")
    if status != 0:
        raise RuntimeError(f"initialize gave {status}")
    return made


def register(made, memories):
    for memory in memories:
        status = made.register_memory(memory.address, memory.size)
        if status != 0:
            raise RuntimeError(f"register_memory gave {status}")


class Receiver:
    def __init__(self, memories):
        self.engine = engine()
        register(self.engine, memories)
        self.memories = memories

    def place(self):
        session = f"127.0.0.1:{self.engine.get_rpc_port()}"
        return {"session": session, "addresses": [memory.address for memory in self.memories]}


class Sender:
    """One engine; each connection is a thread that writes a batch of chunks and waits for it."""

    def __init__(self, memories, place, chunk_bytes):
        self.engine = engine()
        register(self.engine, memories)
        self.memories = memories
        self.place = place
        self.chunk_bytes = chunk_bytes

    def write(self, index, size):
        offsets = range(0, size, self.chunk_bytes)
        status = self.engine.batch_transfer_sync_write(
            self.place["session"],
            [self.memories[index].address + offset for offset in offsets],
            [self.place["addresses"][index] + offset for offset in offsets],
            [min(self.chunk_bytes, size - offset) for offset in offsets],
        )
        if status != 0:
            raise RuntimeError(f"batch_transfer_sync_write gave {status}")


if __name__ == "__main__":
    peer.run(Receiver, Sender)
