internal import ServingTypes

/// Writes the payload of a frame.
struct PayloadWriter {
    private(set) var bytes: [UInt8] = []

    /// Starts an empty payload with room for `byteCount` bytes.
    init(byteCount: Int) { bytes.reserveCapacity(byteCount) }

    mutating func append(_ word: UInt32) {
        withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ value: Float) { append(value.bitPattern) }

    mutating func append(_ slice: [UInt8]) { bytes.append(contentsOf: slice) }

    /// All `words`, little-endian.
    static func payload(of words: [UInt32]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 4 * words.count) { buffer, count in
            let target = UnsafeMutableRawBufferPointer(buffer)
            for (index, word) in words.enumerated() {
                target.storeBytes(of: word.littleEndian, toByteOffset: 4 * index, as: UInt32.self)
            }
            count = 4 * words.count
        }
    }

    /// All `hashes`, each as two big-endian 64-bit words.
    static func payload(of hashes: [BlockHash]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 16 * hashes.count) { buffer, count in
            let target = UnsafeMutableRawBufferPointer(buffer)
            for hash in hashes {
                target.storeBytes(of: hash.rawValue.high.bigEndian, toByteOffset: count, as: UInt64.self)
                target.storeBytes(of: hash.rawValue.low.bigEndian, toByteOffset: count + 8, as: UInt64.self)
                count += 16
            }
        }
    }
}
