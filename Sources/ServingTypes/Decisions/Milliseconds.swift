/// A time as documents show it: milliseconds with three digits after the point; never for decisions.
public struct Milliseconds: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// The number.
    public var value: Double

    /// Rounds to microseconds.
    public init(_ duration: Duration) { self.init(seconds: duration.inSeconds) }

    /// Rounds to microseconds.
    public init(seconds: Double) { value = (seconds * 1e6).rounded() / 1e3 }

    /// Reads a number.
    public init(from decoder: any Decoder) throws {
        value = try decoder.singleValueContainer().decode(Double.self)
    }

    /// Writes a number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }

    /// As people read it: `1.5 ms`, `118 ms`, `2.35 s`.
    public var description: String {
        if abs(value) < 99.95 { return "\((value * 10).rounded() / 10) ms" }
        if abs(value) < 999.5 { return "\(Int(value.rounded())) ms" }
        return "\((value / 10).rounded() / 100) s"
    }

    /// Shorter before longer.
    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }

    /// The time of both.
    public static func + (left: Self, right: Self) -> Self {
        Milliseconds(seconds: (left.value + right.value) / 1_000)
    }

    /// How much longer `left` is.
    public static func - (left: Self, right: Self) -> Self {
        Milliseconds(seconds: (left.value - right.value) / 1_000)
    }
}
