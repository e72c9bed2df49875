internal import ServingTypes

/// Reads little-endian words from the payload of a frame; must be asked for every byte.
struct PayloadReader {
    private let type: MessageType
    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8], of type: MessageType) {
        self.bytes = bytes
        self.type = type
    }

    mutating func word() throws(WireError) -> UInt32 {
        let start = try skip(4)
        return bytes.withUnsafeBytes {
            UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: UInt32.self))
        }
    }

    mutating func float() throws(WireError) -> Float { Float(bitPattern: try word()) }

    /// The next `count` words.
    mutating func words(_ count: Int) throws(WireError) -> [UInt32] {
        let start = try skip(4 * count)
        return bytes.withUnsafeBytes { source in
            [UInt32](unsafeUninitializedCapacity: count) { words, initializedCount in
                for index in 0..<count {
                    let word = source.loadUnaligned(fromByteOffset: start + 4 * index, as: UInt32.self)
                    words.initializeElement(at: index, to: UInt32(littleEndian: word))
                }
                initializedCount = count
            }
        }
    }

    /// The next `count` block hashes, each two big-endian 64-bit words.
    mutating func hashes(_ count: Int) throws(WireError) -> [BlockHash] {
        let start = try skip(16 * count)
        return bytes.withUnsafeBytes { source in
            (0..<count).map { index in
                let at = start + 16 * index
                let high = UInt64(bigEndian: source.loadUnaligned(fromByteOffset: at, as: UInt64.self))
                let low = UInt64(bigEndian: source.loadUnaligned(fromByteOffset: at + 8, as: UInt64.self))
                return BlockHash(rawValue: Bytes128(high: high, low: low))
            }
        }
    }

    /// The next `count` bytes.
    mutating func slice(_ count: Int) throws(WireError) -> ArraySlice<UInt8> {
        let start = try skip(count)
        return bytes[start..<start + count]
    }

    /// Refuses bytes that nobody asked for.
    func finish() throws(WireError) {
        guard offset == bytes.count else { throw .payloadSize(type, bytes: bytes.count, expected: offset) }
    }

    private mutating func skip(_ count: Int) throws(WireError) -> Int {
        guard count <= bytes.count - offset else {
            throw .payloadSize(type, bytes: bytes.count, expected: offset + count)
        }
        defer { offset += count }
        return offset
    }
}
