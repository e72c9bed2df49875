/// Why certificates are not renewed as asked, and what to do first.
struct RotationRefusal: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
