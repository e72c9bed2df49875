/// One of a list of named values on the wire, where 0 stands for "unspecified" and is refused.
struct ChoiceField<Value: RawRepresentable<UInt8>>: Sendable {
    let name: StaticString

    init(_ name: StaticString) { self.name = name }

    func encode<Raw: RawRepresentable<UInt32>>(_ value: Value) throws(WireError) -> Raw {
        guard let raw = Raw(rawValue: UInt32(value.rawValue)) else { throw unknown(UInt32(value.rawValue)) }
        return raw
    }

    func decode(_ raw: some RawRepresentable<UInt32>) throws(WireError) -> Value {
        guard raw.rawValue != 0 else { throw .missing(field: "\(name)") }
        guard let number = UInt8(exactly: raw.rawValue), let value = Value(rawValue: number) else {
            throw unknown(raw.rawValue)
        }
        return value
    }

    private func unknown(_ number: UInt32) -> WireError {
        .outOfRange(field: "\(name)", value: "\(number)", allowed: "a value that this release knows")
    }
}
