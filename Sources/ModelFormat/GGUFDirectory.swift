/// What the head of a GGUF file says: metadata entries and where each tensor lies.
///
/// Parsing trusts nothing: every count, length, offset and product is checked before it is used, and the
/// work done is bounded by the size of the file. Source: ggml, docs/gguf.md.
struct GGUFDirectory {
    /// A tensor before its bytes are handed out.
    struct Entry {
        var name: String
        var type: GGUFTensorType
        var shape: [Int]
        var range: Range<Int>
    }

    static let metadataLimit = 1 << 16
    static let tensorLimit = 1 << 18
    static let dimensionLimit = 4
    private static let defaultAlignment: UInt64 = 32

    private(set) var version: UInt32 = 0
    private(set) var keys: [String] = []
    private(set) var fields: [String: GGUFField] = [:]
    /// In file order.
    private(set) var tensors: [Entry] = []

    init(_ bytes: UnsafeRawBufferPointer) throws(GGUFProblem) {
        var cursor = GGUFCursor(bytes)
        try readMagic(&cursor)
        let tensorCount = try Self.count(&cursor, "tensors", limit: Self.tensorLimit)
        let metadataCount = try Self.count(&cursor, "metadata entries", limit: Self.metadataLimit)
        for _ in 0..<metadataCount { try readField(&cursor) }
        let alignment = try alignment(bytes)
        var names: Set<String> = []
        for _ in 0..<tensorCount {
            let entry = try Self.readTensor(&cursor)
            guard names.insert(entry.name).inserted else { throw .duplicateTensor(entry.name) }
            tensors.append(entry)
        }
        try placeTensors(after: cursor.offset, alignment: alignment, fileBytes: bytes.count)
        try checkOverlap()
    }

    private mutating func readMagic(_ cursor: inout GGUFCursor) throws(GGUFProblem) {
        let magic = Array(cursor.bytes.prefix(4))
        guard magic == Array("GGUF".utf8) else { throw .notGGUF(firstBytes: magic) }
        try cursor.skip(4, "the magic number")
        version = try cursor.integer(UInt32.self, "the version")
        switch version {
        case 2, 3: break
        case UInt32(2).byteSwapped, UInt32(3).byteSwapped: throw .bigEndian
        default: throw .unsupportedVersion(version)
        }
    }

    private static func count(
        _ cursor: inout GGUFCursor,
        _ what: String,
        limit: Int
    ) throws(GGUFProblem) -> Int {
        let count = try cursor.integer(UInt64.self, "the number of \(what)")
        guard count <= UInt64(limit) else { throw .tooMany(what: what, count: count, limit: limit) }
        return Int(count)
    }
}

// MARK: - Metadata

extension GGUFDirectory {
    private mutating func readField(_ cursor: inout GGUFCursor) throws(GGUFProblem) {
        let start = cursor.offset
        let key = try cursor.text("a metadata key")
        var type = try Self.valueType(&cursor, key)
        var elementCount: Int?
        let range: Range<Int>
        if type == .array {
            type = try Self.valueType(&cursor, key)
            guard type != .array else { throw .nestedArray(key: key) }
            let count = try cursor.integer(UInt64.self, "the length of '\(key)'")
            range = try Self.skipValues(&cursor, type, count, key)
            elementCount = Int(count)
        } else {
            range = try Self.skipValues(&cursor, type, 1, key)
        }
        let field = GGUFField(
            type: type,
            elementCount: elementCount,
            range: range,
            entry: start..<cursor.offset
        )
        guard fields.updateValue(field, forKey: key) == nil else { throw .duplicateKey(key) }
        keys.append(key)
    }

    private static func valueType(
        _ cursor: inout GGUFCursor,
        _ key: String
    ) throws(GGUFProblem) -> GGUFValueType {
        let raw = try cursor.integer(UInt32.self, "the type of '\(key)'")
        guard let type = GGUFValueType(rawValue: raw) else { throw .unknownValueType(key: key, type: raw) }
        return type
    }

    /// Passes over `count` values, so that later decoding meets no end of file.
    private static func skipValues(
        _ cursor: inout GGUFCursor,
        _ type: GGUFValueType,
        _ count: UInt64,
        _ key: String
    ) throws(GGUFProblem) -> Range<Int> {
        if let size = type.size { return try cursor.skip(count, elementsOf: size, "the value of '\(key)'") }
        // Each string takes at least its length field: an absurd count fails here, before the loop.
        var probe = cursor
        _ = try probe.skip(count, elementsOf: 8, "the value of '\(key)'")
        let start = cursor.offset
        for _ in 0..<count { try cursor.textRange("a string of '\(key)'") }
        return start..<cursor.offset
    }

    private func alignment(_ bytes: UnsafeRawBufferPointer) throws(GGUFProblem) -> UInt64 {
        guard let field = fields["general.alignment"] else { return Self.defaultAlignment }
        guard field.elementCount == nil, field.type == .uint32 else {
            throw .wrongValueType(
                key: "general.alignment",
                expected: "an unsigned integer",
                found: field.kind
            )
        }
        var cursor = GGUFCursor(bytes, offset: field.range.lowerBound)
        let alignment = UInt64(try cursor.integer(UInt32.self, "general.alignment"))
        guard (8...65536).contains(alignment), alignment.nonzeroBitCount == 1 else {
            throw .badAlignment(alignment)
        }
        return alignment
    }
}

// MARK: - Tensors

extension GGUFDirectory {
    /// Reads one directory entry; its range still counts from the start of the data section.
    private static func readTensor(_ cursor: inout GGUFCursor) throws(GGUFProblem) -> Entry {
        let name = try cursor.text("a tensor name")
        let dimensionCount = try cursor.integer(UInt32.self, "the dimension count of tensor '\(name)'")
        guard (1...UInt32(dimensionLimit)).contains(dimensionCount) else {
            throw .badTensor(
                tensor: name,
                reason: "has \(dimensionCount) dimensions (1 to \(dimensionLimit) exist)"
            )
        }
        var shape: [Int] = []
        for _ in 0..<dimensionCount {
            let dimension = try cursor.integer(UInt64.self, "a dimension of tensor '\(name)'")
            guard dimension > 0, let exact = Int(exactly: dimension) else {
                throw .badTensor(tensor: name, reason: "has a dimension of \(dimension)")
            }
            shape.append(exact)
        }
        let rawType = try cursor.integer(UInt32.self, "the type of tensor '\(name)'")
        guard let type = GGUFTensorType(rawValue: rawType) else {
            throw .unknownTensorType(tensor: name, type: rawType)
        }
        let offset = try cursor.integer(UInt64.self, "the offset of tensor '\(name)'")
        let byteCount = try byteCount(name, shape, type)
        guard let start = Int(exactly: offset), !start.addingReportingOverflow(byteCount).overflow else {
            throw .badTensor(tensor: name, reason: "starts at impossible offset \(offset)")
        }
        return Entry(name: name, type: type, shape: shape, range: start..<start + byteCount)
    }

    private static func byteCount(
        _ name: String,
        _ shape: [Int],
        _ type: GGUFTensorType
    ) throws(GGUFProblem) -> Int {
        guard shape[0].isMultiple(of: type.blockElements) else {
            let blocks = "stored in blocks of \(type.blockElements)"
            throw .badTensor(
                tensor: name,
                reason: "is \(type), \(blocks), but its rows have \(shape[0]) elements"
            )
        }
        var count = shape[0] / type.blockElements
        for factor in shape.dropFirst() + [type.blockBytes] {
            let (product, overflow) = count.multipliedReportingOverflow(by: factor)
            guard !overflow else { throw .badTensor(tensor: name, reason: "has impossible shape \(shape)") }
            count = product
        }
        return count
    }

    /// Turns offsets within the data section into places in the file.
    private mutating func placeTensors(
        after directoryEnd: Int,
        alignment: UInt64,
        fileBytes: Int
    ) throws(GGUFProblem) {
        let mask = Int(alignment) - 1
        let base = (directoryEnd + mask) & ~mask
        for index in tensors.indices {
            let tensor = tensors[index]
            guard tensor.range.lowerBound & mask == 0 else {
                let start = tensor.range.lowerBound
                throw .badTensor(
                    tensor: tensor.name,
                    reason: "starts at \(start), not a multiple of \(alignment)"
                )
            }
            let (end, overflow) = tensor.range.upperBound.addingReportingOverflow(base)
            guard !overflow, end <= fileBytes else {
                throw .truncated(
                    what: "tensor '\(tensor.name)'",
                    offset: base.addingReportingOverflow(tensor.range.lowerBound).partialValue,
                    neededBytes: UInt64(tensor.range.count),
                    availableBytes: max(0, fileBytes - base - min(tensor.range.lowerBound, fileBytes - base))
                )
            }
            tensors[index].range = base + tensor.range.lowerBound..<end
        }
    }

    private func checkOverlap() throws(GGUFProblem) {
        let sorted = tensors.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        for (first, second) in zip(sorted, sorted.dropFirst())
        where first.range.upperBound > second.range.lowerBound {
            throw .overlappingTensors(first.name, second.name)
        }
    }
}
