/// Memory with a fixed address, cut into segments.
final class TestMemory: @unchecked Sendable {
    // Proof: written by one lane thread at a time and read after that thread reported the write through a
    // lock.
    private let storage: UnsafeMutableRawBufferPointer
    let mutableSegments: [UnsafeMutableRawBufferPointer]

    /// - Parameter gap: bytes left between segments; with 0 they lie side by side.
    init(_ bytes: [UInt8], cuts: [Int], gap: Int = 0) {
        let byteCount = cuts.reduce(0) { $0 + $1 + gap }
        let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
        self.storage = storage
        var start = 0
        mutableSegments = cuts.map { count in
            defer { start += count + gap }
            return UnsafeMutableRawBufferPointer(rebasing: storage[start..<(start + count)])
        }
        var rest = bytes[...]
        for segment in mutableSegments {
            segment.copyBytes(from: rest.prefix(segment.count))
            rest = rest.dropFirst(segment.count)
        }
        precondition(rest.isEmpty, "the cuts leave \(rest.count) bytes over")
    }

    deinit { storage.deallocate() }

    var bytes: [UInt8] { mutableSegments.flatMap(Array.init) }
    var segments: [UnsafeRawBufferPointer] { mutableSegments.map { UnsafeRawBufferPointer($0) } }
}
