@testable import AdminTool

extension [StyledLine] {
    /// The lines without their looks.
    var text: String { map(\.plain).joined(separator: "\n") }
}
