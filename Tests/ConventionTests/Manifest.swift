import Foundation

/// What `Package.swift` says of its targets, read from its text.
///
/// It understands how that file is written: helper functions `library`, `executable` and `tests` with name and
/// dependencies first, `.target` and `.systemLibrary` with literal names, lists bound by `let` and joined by `+`.
/// What it does not understand is in ``unread``, never left out.
struct Manifest {
    struct Target: Equatable {
        var kind: String
        var folder: String
        var imports: Set<String>
    }

    private(set) var targets: [String: Target] = [:]
    /// Names that stand in a list of dependencies and are bound nowhere.
    private(set) var unread: Set<String> = []
    /// Modules of other packages that are bound to names.
    private(set) var products: Set<String> = []
    private var bindings: [String: Set<String>] = [:]

    init(_ source: String) throws {
        let text = SwiftCode(source, keepingStrings: true).text
        for match in try Self.matches(#"(?m)^let (\w+)[^=\n]*= *"#, in: text) {
            let expression = Self.expression(text[match.end...])
            if let product = try Self.matches(#"\.product\(name: "(\w+)""#, in: expression).first {
                bindings[match.groups[0]] = [product.groups[0]]
                products.insert(product.groups[0])
            } else {
                bindings[match.groups[0]] = try names(in: expression, collectsUnread: false)
            }
        }
        for match in try Self.matches(#"(?<![\w.])(library|executable|tests)\(\s*(?=")"#, in: text) {
            let arguments = Self.arguments(text[match.end...])
            var imports = try names(in: arguments.dropFirst().first ?? "", collectsUnread: true)
            // The helper adds it.
            if match.groups[0] == "executable" { imports.formUnion(bindings["argumentParser", default: []]) }
            add(match.groups[0], arguments, imports)
        }
        for match in try Self.matches(#"\.(target|systemLibrary)\(\s*name: (?=")"#, in: text) {
            let arguments = Self.arguments(text[match.end...])
            let list =
                arguments.first { $0.hasPrefix("dependencies:") }?.dropFirst("dependencies:".count) ?? ""
            add(match.groups[0], arguments, try names(in: String(list), collectsUnread: true))
        }
    }

    private mutating func add(_ kind: String, _ arguments: [String], _ imports: Set<String>) {
        let name = arguments[0].filter { $0 != "\"" }
        let path = arguments.first { $0.hasPrefix("path:") }
        let folder = path.map { $0.dropFirst("path:".count).filter { $0 != "\"" && $0 != " " } }
        targets[name] = Target(
            kind: kind,
            folder: folder ?? (kind == "tests" ? "Tests/\(name)" : "Sources/\(name)"),
            imports: imports
        )
    }

    /// Modules that a list of dependencies names, directly or by a binding.
    private mutating func names(in list: String, collectsUnread: Bool) throws -> Set<String> {
        var found: Set<String> = []
        for match in try Self.matches(#""([^"]*)"|([A-Za-z_]\w*)"#, in: list) {
            if let text = match.groups.first, !text.isEmpty {
                found.insert(text)
            } else if let bound = bindings[match.groups[1]] {
                found.formUnion(bound)
            } else if collectsUnread {
                unread.insert(match.groups[1])
            }
        }
        return found
    }

    // MARK: Text

    private struct Match {
        var groups: [String]
        var end: String.Index
    }

    private static func matches(_ pattern: String, in text: String) throws -> [Match] {
        let expression = try NSRegularExpression(pattern: pattern)
        let found = expression.matches(in: text, range: NSRange(text.startIndex..., in: text))
        return found.compactMap { match in
            guard let whole = Range(match.range, in: text) else { return nil }
            let groups = (1..<match.numberOfRanges).map { index in
                Range(match.range(at: index), in: text).map { String(text[$0]) } ?? ""
            }
            return Match(groups: groups, end: whole.upperBound)
        }
    }

    /// The text up to the end of the line on which all its brackets are closed.
    private static func expression(_ text: Substring) -> String {
        var depth = 0
        let end = text.firstIndex { character in
            if "([{".contains(character) { depth += 1 }
            if ")]}".contains(character) { depth -= 1 }
            return character == "\n" && depth == 0
        }
        return String(text[..<(end ?? text.endIndex)])
    }

    /// The arguments of a call whose parenthesis was just opened.
    private static func arguments(_ text: Substring) -> [String] {
        var depth = 0
        var arguments = [""]
        for character in text {
            if "([{".contains(character) { depth += 1 }
            if ")]}".contains(character) { depth -= 1 }
            if depth < 0 { break }
            if character == ",", depth == 0 {
                arguments.append("")
            } else {
                arguments[arguments.count - 1].append(character)
            }
        }
        return arguments.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    }
}
