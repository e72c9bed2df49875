internal import CLinux

/// Memory of a lane for one payload at a time; grows to what is asked for, and is kept between chunks.
///
/// It is mapped, not allocated, so that releasing it gives it back to the system for certain.
struct LaneScratch: ~Copyable {
    private static let smallest = 64 << 10

    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    deinit { unmap() }

    /// Bytes held.
    var byteCount: Int { memory.count }

    /// Memory for `count` bytes with no particular content; valid until the next call.
    mutating func room(for count: Int) throws(TransportError) -> UnsafeMutableRawBufferPointer {
        if memory.count < count {
            release()
            // Powers of two: a sequence of growing chunks maps a few times, not every time.
            var size = Self.smallest
            while size < count { size *= 2 }
            var start: UnsafeMutableRawPointer?
            let result = clinux_memory_map(size, &start)
            guard result == 0, let start else {
                throw .system(operation: "mapping \(size) bytes", code: -result)
            }
            memory = UnsafeMutableRawBufferPointer(start: start, count: size)
        }
        return UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
    }

    /// Gives the memory back.
    mutating func release() {
        unmap()
        memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }

    private borrowing func unmap() {
        if let start = memory.baseAddress { _ = clinux_memory_unmap(start, memory.count) }
    }
}
