/// Number format of the elements of the KV cache.
public enum KVType: String, Hashable, Sendable, CaseIterable {
    case f16, bf16, f32

    /// Bytes of one element.
    public var elementBytes: Int { self == .f32 ? 4 : 2 }
}
