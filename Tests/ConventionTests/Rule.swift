import Foundation

/// A pattern that code must not match, and why.
struct Rule: Sendable, CustomStringConvertible {
    let pattern: String
    let reason: String

    init(_ pattern: String, _ reason: String) {
        self.pattern = pattern
        self.reason = reason
    }

    var description: String { reason }

    /// The lines, from 1, on which a match begins.
    func lines(in code: String) throws -> [Int] {
        let expression = try NSRegularExpression(pattern: pattern, options: [.anchorsMatchLines])
        let text = code as NSString
        return expression.matches(in: code, range: NSRange(location: 0, length: text.length)).map { match in
            text.substring(to: match.range.location).utf8.count { $0 == UInt8(ascii: "\n") } + 1
        }
    }

    /// What the rule forbids in a file, each as `path:line: reason`.
    func violations(in file: SourceTree.File) throws -> [String] {
        try lines(in: file.code.text).map { "\(file.path):\($0): \(reason)" }
    }
}
