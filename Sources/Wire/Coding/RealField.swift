/// A fractional number on the wire; never NaN or infinite.
struct RealField<Value: BinaryFloatingPoint & CustomStringConvertible & Sendable>: Sendable {
    let name: StaticString
    let range: ClosedRange<Value>

    init(_ name: StaticString, _ range: ClosedRange<Value>) {
        self.name = name
        self.range = range
    }

    /// Numbers above `bound`, up to `limit`.
    init(_ name: StaticString, above bound: Value, through limit: Value) {
        self.init(name, bound.nextUp...limit)
    }

    /// The value, for either direction.
    func check(_ value: Value) throws(WireError) -> Value {
        guard range.contains(value) else {
            throw .outOfRange(
                field: "\(name)",
                value: "\(value)",
                allowed: "\(range.lowerBound)…\(range.upperBound)"
            )
        }
        return value
    }
}
