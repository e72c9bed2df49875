import Glibc

/// Bytes that end where unreadable memory begins: a read beyond them ends the process.
final class GuardedBytes {
    private let memory: UnsafeMutableRawPointer
    private let capacity: Int
    private let mapped: Int

    init?(capacity: Int) {
        let page = sysconf(Int32(_SC_PAGESIZE))
        self.capacity = (capacity + page - 1) / page * page
        mapped = self.capacity + page
        let mapping = mmap(nil, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapping, mapping != MAP_FAILED else { return nil }
        memory = mapping
        guard mprotect(memory + self.capacity, page, PROT_NONE) == 0 else { return nil }
    }

    deinit { munmap(memory, mapped) }

    /// The bytes, placed so that the last is the last readable one.
    func holding(_ bytes: [UInt8]) -> UnsafeRawBufferPointer {
        precondition(bytes.count <= capacity, "\(bytes.count) bytes in \(capacity)")
        let start = memory + (capacity - bytes.count)
        bytes.withUnsafeBytes {
            UnsafeMutableRawBufferPointer(start: start, count: $0.count).copyMemory(from: $0)
        }
        return UnsafeRawBufferPointer(start: start, count: bytes.count)
    }
}
