import Foundation

/// Writes GGUF files byte by byte, sound ones and others.
struct GGUFBuilder {
    enum Value {
        case uint32(UInt32)
        case int32(Int32)
        case uint64(UInt64)
        case float(Float)
        case bool(Bool)
        case string(String)
        case strings([String])
        case floats([Float])
        case int32s([Int32])
        case raw(type: UInt32, bytes: [UInt8])
    }

    struct Tensor {
        var name: String
        var shape: [UInt64]
        var type: UInt32 = 0
        /// Where it starts in the data section; after its predecessor if `nil`.
        var offset: UInt64?
        var byteCount: Int
    }

    var magic = "GGUF"
    var version: UInt32 = 3
    var metadataCount: UInt64?
    var tensorCount: UInt64?
    var metadata: [(key: String, value: Value)] = []
    var tensors: [Tensor] = []
    var alignment = 32

    subscript(key: String) -> Value? {
        get { metadata.first { $0.key == key }?.value }
        set {
            metadata.removeAll { $0.key == key }
            if let newValue { metadata.append((key, newValue)) }
        }
    }

    /// A small sound Llama with a byte vocabulary.
    static func llama() -> GGUFBuilder {
        var builder = GGUFBuilder()
        builder.metadata = [
            ("general.architecture", .string("llama")), ("general.name", .string("mini")),
            ("llama.context_length", .uint32(128)), ("llama.block_count", .uint32(2)),
            ("llama.embedding_length", .uint32(32)), ("llama.feed_forward_length", .uint32(64)),
            ("llama.attention.head_count", .uint32(4)), ("llama.attention.head_count_kv", .uint32(2)),
            ("llama.attention.layer_norm_rms_epsilon", .float(1e-5)),
            ("tokenizer.ggml.model", .string("llama")),
            (
                "tokenizer.ggml.tokens",
                .strings((0..<256).map { "<0x" + Self.hexadecimal($0) + ">" } + ["▁", "a"])
            ),
            ("tokenizer.ggml.scores", .floats(Array(repeating: 0, count: 258))),
            ("tokenizer.ggml.token_type", .int32s(Array(repeating: 6, count: 256) + [1, 1])),
            ("tokenizer.ggml.eos_token_id", .uint32(10)),
        ]
        builder.tensors = [Tensor(name: "token_embd.weight", shape: [32, 258], byteCount: 4 * 32 * 258)]
        return builder
    }

    var bytes: [UInt8] {
        var bytes = Array(magic.utf8)
        append(version, to: &bytes)
        append(tensorCount ?? UInt64(tensors.count), to: &bytes)
        append(metadataCount ?? UInt64(metadata.count), to: &bytes)
        for (key, value) in metadata {
            append(key, to: &bytes)
            append(value, to: &bytes)
        }
        var data: [UInt8] = []
        for (index, tensor) in tensors.enumerated() {
            append(tensor.name, to: &bytes)
            append(UInt32(tensor.shape.count), to: &bytes)
            for dimension in tensor.shape { append(dimension, to: &bytes) }
            append(tensor.type, to: &bytes)
            append(tensor.offset ?? UInt64(data.count), to: &bytes)
            data += (0..<tensor.byteCount).map { UInt8(truncatingIfNeeded: $0 + index) }
            pad(&data)
        }
        pad(&bytes)
        return bytes + data
    }

    /// Writes the file to a fresh path and hands it to `body`.
    @discardableResult
    func write<Result>(_ body: (String) throws -> Result) throws -> Result {
        try Self.write(bytes, body)
    }

    @discardableResult
    static func write<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
        let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).gguf")
        try Data(bytes).write(to: url)
        defer { unlink(url.path()) }
        return try body(url.path())
    }

    static func hexadecimal(_ byte: Int) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count == 1 ? "0" + digits : digits
    }

    private func pad(_ bytes: inout [UInt8]) {
        while !bytes.count.isMultiple(of: alignment) { bytes.append(0) }
    }

    private func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private func append(_ text: String, to bytes: inout [UInt8]) {
        append(UInt64(text.utf8.count), to: &bytes)
        bytes += Array(text.utf8)
    }

    private func append(_ value: Value, to bytes: inout [UInt8]) {
        func type(_ numbers: UInt32...) { for number in numbers { append(number, to: &bytes) } }
        switch value {
        case .uint32(let value): type(4, value)
        case .int32(let value): type(5, UInt32(bitPattern: value))
        case .float(let value): type(6, value.bitPattern)
        case .uint64(let value):
            type(10)
            append(value, to: &bytes)
        case .bool(let value):
            type(7)
            bytes.append(value ? 1 : 0)
        case .string(let value):
            type(8)
            append(value, to: &bytes)
        case .strings(let values):
            type(9, 8)
            append(UInt64(values.count), to: &bytes)
            for value in values { append(value, to: &bytes) }
        case .floats(let values):
            type(9, 6)
            append(UInt64(values.count), to: &bytes)
            for value in values { append(value.bitPattern, to: &bytes) }
        case .int32s(let values):
            type(9, 5)
            append(UInt64(values.count), to: &bytes)
            for value in values { append(value, to: &bytes) }
        case .raw(let raw, let payload):
            type(raw)
            bytes += payload
        }
    }
}
