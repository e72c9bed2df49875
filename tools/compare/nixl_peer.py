"""One end of a transfer by NIXL with its UCX backend over TCP."""

import base64
import time

from nixl._api import nixl_agent, nixl_agent_config

import peer

# How long to wait before asking again whether a transfer is done; its progress has a thread of its own.
POLL_SECONDS = 0.0002


def agent(name):
    return nixl_agent(name, nixl_agent_config(backends=["UCX"]))


def register(made, memory):
    made.register_memory([(memory.address, memory.size, 0, "")], "DRAM")


class Receiver:
    """One agent per connection."""

    def __init__(self, memories):
        self.memories = memories
        self.agents = [agent(f"receiver-{index}") for index in range(len(memories))]
        for made, memory in zip(self.agents, memories):
            register(made, memory)

    def place(self):
        return [
            {"agent": base64.b64encode(made.get_agent_metadata()).decode(), "address": memory.address}
            for made, memory in zip(self.agents, self.memories)
        ]


class Sender:
    """One agent per connection; each write is one request of many chunks."""

    def __init__(self, memories, place, chunk_bytes):
        self.links = []
        for index, (memory, there) in enumerate(zip(memories, place)):
            made = agent(f"sender-{index}")
            register(made, memory)
            name = made.add_remote_agent(base64.b64decode(there["agent"]))
            offsets = range(0, memory.size, chunk_bytes)
            own = [(memory.address + offset, chunk_bytes, 0) for offset in offsets]
            other = [(there["address"] + offset, chunk_bytes, 0) for offset in offsets]
            own = made.get_xfer_descs(own, "DRAM")
            other = made.get_xfer_descs(other, "DRAM")
            self.links.append((made, made.initialize_xfer("WRITE", own, other, name)))

    def write(self, index, size):
        made, handle = self.links[index]
        state = made.transfer(handle)
        while state == "PROC":
            time.sleep(POLL_SECONDS)
            state = made.check_xfer_state(handle)
        if state != "DONE":
            raise RuntimeError(f"the transfer ended as {state}")


if __name__ == "__main__":
    peer.run(Receiver, Sender)
