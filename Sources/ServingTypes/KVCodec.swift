/// How KV is written into the payload of a chunk.
public enum KVCodec: UInt8, Hashable, Sendable, CaseIterable {
    /// The bytes of the arena as they are: exact, read and written in place.
    case raw = 1
    /// 8-bit integers with one F16 scale per token, head, and key or value.
    case q8 = 2
    /// Differences to an anchor token, quantized in steps that depend on the layer, entropy coded.
    ///
    /// Source: CacheGen (SIGCOMM 2024).
    case cachegen = 3

    /// The word used in settings, requests, logs, metrics and in `hello`.
    public var name: String {
        switch self {
        case .raw: "raw"
        case .q8: "q8"
        case .cachegen: "cachegen"
        }
    }

    /// The codec of that name.
    public init?(name: String) {
        guard let codec = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = codec
    }

    /// Whether what comes out differs from what went in.
    public var isLossy: Bool { self != .raw }
}
