/// The name of a member of a JSON object, where it stands in the text; compared without an allocation.
struct JSONName {
    private let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Lets a name be matched by a `switch` over literals.
    ///
    /// Names with escapes match nothing.
    static func ~= (pattern: StaticString, name: JSONName) -> Bool {
        guard name.bytes.count == pattern.utf8CodeUnitCount else { return false }
        for index in 0..<name.bytes.count where name.bytes[index] != pattern.utf8Start[index] { return false }
        return true
    }
}
