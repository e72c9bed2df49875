"""Memory whose address a transfer library can be given."""

import ctypes
import mmap


class Memory:
    """Anonymous pages, all of them present."""

    def __init__(self, size, fill=None):
        self._map = mmap.mmap(-1, size)
        self.size = size
        self.address = ctypes.addressof(ctypes.c_char.from_buffer(self._map))
        page = bytes(range(256)) * 4096 if fill else bytes(1 << 20)
        for start in range(0, size, len(page)):
            part = page[: min(len(page), size - start)]
            self._map[start : start + len(part)] = part

    def wipe(self):
        """Writes zeros everywhere."""
        ctypes.memset(self.address, 0, self.size)

    def equals_fill(self):
        """Whether every byte is what a filled memory of this size holds."""
        page = bytes(range(256)) * 4096
        return all(
            self._map[start : start + len(page)] == page[: min(len(page), self.size - start)]
            for start in range(0, self.size, len(page))
        )
