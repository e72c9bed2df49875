import ServingTypes

/// Bytes by the codec in which they crossed the network.
public struct CodecBytes: Hashable, Sendable {
    private var raw = 0
    private var q8 = 0
    private var cachegen = 0

    /// None.
    public init() {}

    /// The bytes of one codec.
    public subscript(codec: KVCodec) -> Int {
        get {
            switch codec {
            case .raw: raw
            case .q8: q8
            case .cachegen: cachegen
            }
        }
        set {
            switch codec {
            case .raw: raw = newValue
            case .q8: q8 = newValue
            case .cachegen: cachegen = newValue
            }
        }
    }

    /// Of all codecs.
    public var total: Int { raw + q8 + cachegen }
}
