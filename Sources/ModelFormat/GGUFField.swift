/// Where one metadata value lies in the file, checked when the file was opened and decoded when asked for.
struct GGUFField {
    /// Type of the value, or of its elements when it is an array.
    var type: GGUFValueType
    /// Number of elements; `nil` when the value is not an array.
    var elementCount: Int?
    /// The bytes of the value without type and count, with the lengths of strings.
    var range: Range<Int>
    /// The whole entry: key, type, count and value.
    var entry: Range<Int>

    var kind: String {
        guard let elementCount else { return "a value of type \(type)" }
        return "an array of \(elementCount) values of type \(type)"
    }
}
