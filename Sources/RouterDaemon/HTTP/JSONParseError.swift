/// Where and why a body is not JSON.
struct JSONParseError: Error, Equatable, CustomStringConvertible {
    /// What should have stood there.
    var expectation: String
    /// Byte offset in the body.
    var offset: Int
    /// Whether the body stops there.
    var isAtEnd: Bool

    var description: String {
        let place = isAtEnd ? "\(offset), where it ends" : "\(offset)"
        return "the body is not valid JSON: expected \(expectation) at byte \(place)"
    }
}
