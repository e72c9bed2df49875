public import ServingTypes

/// Identity of a distributed trace: 16 bytes, not all zero.
public struct TraceID: Hashable, Sendable, CustomStringConvertible {
    /// The bytes.
    public let rawValue: Bytes128

    /// Wraps 16 bytes; `nil` if all are zero.
    public init?(rawValue: Bytes128) {
        guard rawValue.high != 0 || rawValue.low != 0 else { return nil }
        self.rawValue = rawValue
    }

    /// A new identity from a source of randomness.
    public init(using random: inout some RandomNumberGenerator) {
        rawValue = Bytes128(high: random.next(), low: .random(in: 1 ... .max, using: &random))
    }

    /// 32 lower-case hexadecimal digits.
    public var description: String { rawValue.description }
}
