/// A fractional number on the wire; never NaN or infinite.
struct RealField<Value: BinaryFloatingPoint & CustomStringConvertible & Sendable>: Sendable {
    let name: StaticString
    let range: ClosedRange<Value>

    init(_ name: StaticString, _ range: ClosedRange<Value>) {
        self.name = name
        self.range = range
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
