import Foundation

/// The import statements of a file.
enum Imports {
    struct Statement: Equatable {
        var line: Int
        var isInternal: Bool
        var module: String
    }

    /// Modules that come with the language and its platform and need no declaration.
    static let platform: Set<String> = [
        "Swift", "Synchronization", "Foundation", "Glibc", "Dispatch", "Testing",
    ]

    static func statements(in code: SwiftCode) throws -> [Statement] {
        let pattern =
            #"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(public|package|internal|fileprivate|private)\s+)?import\s+"#
            + #"(?:(?:struct|class|enum|protocol|func|var|let|typealias|actor)\s+)?([A-Za-z_]\w*)"#
        let expression = try NSRegularExpression(pattern: pattern)
        return code.lines.enumerated().compactMap { index, line in
            let text = String(line)
            guard let match = expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)),
                let module = Range(match.range(at: 2), in: text)
            else { return nil }
            let access = Range(match.range(at: 1), in: text).map { text[$0] }
            return Statement(line: index + 1, isInternal: access == "internal", module: String(text[module]))
        }
    }

    /// Imports of modules that are neither declared nor part of the platform.
    static func undeclared(in file: SourceTree.File, declared: Set<String>) throws -> [String] {
        try statements(in: file.code).filter { !declared.contains($0.module) }.map { statement in
            "\(file.path):\(statement.line): imports \(statement.module), which its target does not declare"
        }
    }
}
