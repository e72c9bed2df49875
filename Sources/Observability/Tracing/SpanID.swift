/// Identity of a span within its trace: 8 bytes, not all zero.
public struct SpanID: Hashable, Sendable, CustomStringConvertible {
    /// The bytes as a big-endian number.
    public let rawValue: UInt64

    /// Wraps 8 bytes; `nil` if all are zero.
    public init?(rawValue: UInt64) {
        guard rawValue != 0 else { return nil }
        self.rawValue = rawValue
    }

    /// A new identity from a source of randomness.
    public init(using random: inout some RandomNumberGenerator) {
        rawValue = .random(in: 1 ... .max, using: &random)
    }

    /// 16 lower-case hexadecimal digits.
    public var description: String {
        let digits = String(rawValue, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
