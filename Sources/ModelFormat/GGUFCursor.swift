/// Reads little-endian fields one after the other; every read is checked against the end of the file.
struct GGUFCursor {
    let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0

    init(_ bytes: UnsafeRawBufferPointer, offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    var availableBytes: Int { bytes.count - offset }

    mutating func integer<Value: FixedWidthInteger>(_: Value.Type, _ what: String) throws(GGUFProblem)
        -> Value
    {
        try require(UInt64(MemoryLayout<Value>.size), what)
        defer { offset += MemoryLayout<Value>.size }
        return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// A length-prefixed string.
    mutating func text(_ what: String) throws(GGUFProblem) -> String {
        let range = try textRange(what)
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw .invalidText(what: what, offset: range.lowerBound)
        }
        return text
    }

    /// The bytes of a length-prefixed string, not looked at.
    @discardableResult
    mutating func textRange(_ what: String) throws(GGUFProblem) -> Range<Int> {
        let count = try integer(UInt64.self, what)
        return try skip(count, what)
    }

    /// Passes over `count` bytes and returns where they are.
    @discardableResult
    mutating func skip(_ count: UInt64, _ what: String) throws(GGUFProblem) -> Range<Int> {
        try require(count, what)
        let range = offset..<offset + Int(count)
        offset = range.upperBound
        return range
    }

    /// Passes over `count` elements of `size` bytes each.
    mutating func skip(_ count: UInt64, elementsOf size: Int, _ what: String) throws(GGUFProblem) -> Range<
        Int
    > {
        let (total, overflow) = count.multipliedReportingOverflow(by: UInt64(size))
        return try skip(overflow ? .max : total, what)
    }

    private func require(_ count: UInt64, _ what: String) throws(GGUFProblem) {
        guard count <= UInt64(availableBytes) else {
            throw .truncated(what: what, offset: offset, neededBytes: count, availableBytes: availableBytes)
        }
    }
}
