/// A whole number on the wire: its name in errors and what it may be, the same for both directions.
struct IntegerField: Sendable {
    let name: StaticString
    let range: ClosedRange<Int>

    /// Sizes and counters that have no natural bound.
    static let anyCount = 0...(1 << 48)

    init(_ name: StaticString, _ range: ClosedRange<Int>) {
        self.name = name
        self.range = range
    }

    func encode<Raw: FixedWidthInteger>(_ value: Int) throws(WireError) -> Raw {
        guard range.contains(value), let raw = Raw(exactly: value) else { throw error("\(value)") }
        return raw
    }

    func decode(_ raw: some FixedWidthInteger) throws(WireError) -> Int {
        guard let value = Int(exactly: raw), range.contains(value) else { throw error("\(raw)") }
        return value
    }

    private func error(_ value: String) -> WireError {
        .outOfRange(field: "\(name)", value: value, allowed: "\(range.lowerBound)…\(range.upperBound)")
    }
}
