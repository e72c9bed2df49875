import Foundation
import Testing

/// What may end a process or hide an error does not stand in the sources.
@Suite struct SafetyTests {
    static let rules = [
        Rule(#"\btry!"#, "ends the process on an error: handle or throw it"),
        Rule(#"\bas!"#, "ends the process on a wrong type: use as?"),
        Rule(#"[\w\)\]\}>?]!(?!=)"#, "ends the process on nil: unwrap it, or throw"),
        Rule(#"\.unsafelyUnwrapped\b|\bunsafeBitCast\s*\("#, "goes around the type system"),
        Rule(#"\bfatalError\s*\("#, "ends the process: use a precondition with the values, or throw"),
        Rule(#"\bcatch\b[^{}]*\{\s*\}"#, "hides an error: say what becomes of it"),
    ]

    /// Formatting rules that may be silenced: names that are the field's own.
    static let silencing = Rule(
        #"swift-format-ignore(?!: AlwaysUseLowerCamelCase\b)"#,
        "silences the format check"
    )

    /// Words by which the language is told to trust the author; a comment beside them gives the proof.
    static let trust = Rule(#"@unchecked\s+Sendable|\bnonisolated\(unsafe\)"#, "has no proof beside it")

    @Test func `no source can be ended by nil, a type or an unhandled error, nor hides one`() throws {
        let violations = try SourceTree.swiftFiles(under: "Sources").flatMap { file in
            try Self.rules.flatMap { try $0.violations(in: file) }
        }
        #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
    }

    @Test func `nothing silences the format check`() throws {
        let violations = try SourceTree.swiftFiles(under: "Sources").flatMap { file in
            try Self.silencing.lines(in: file.source).map { "\(file.path):\($0)" }
        }
        #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
    }

    @Test func `whoever promises thread safety proves it beside the promise`() throws {
        let violations = try SourceTree.swiftFiles(under: "Sources").flatMap { file in
            try Self.unproven(in: file).map { "\(file.path):\($0): \(Self.trust.reason)" }
        }
        #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
    }

    @Test(arguments: [
        ("let a = try! f()", 1), ("let a = b as! C", 1), ("let a = list.first!.count", 1),
        ("let a = f()!", 1),
        ("let a = list[0]!", 1), ("var view: View!", 1), ("fatalError(text)", 1), ("a.unsafelyUnwrapped", 1),
        ("do { try f() } catch { }", 1), ("do { try f() } catch let error as E {\n    // fine\n}", 1),
        ("let text = \"\\(a!)\"", 1),
        ("if a != b, !c { f(!d) }", 0), ("let text = \"stop!\"", 0), ("// never!", 0),
        ("preconditionFailure()", 0),
        ("do { try f() } catch { log(error) }", 0), ("let a = x!==y", 0),
    ])
    func `the rules find what they are for and nothing else`(snippet: String, count: Int) throws {
        let code = SwiftCode(snippet).text
        // try! and as! also match the rule about unwrapping.
        let lines = try Self.rules.flatMap { try $0.lines(in: code) }
        #expect(Set(lines).count == count, "\(snippet): \(lines)")
    }

    @Test(arguments: [
        ("final class A: @unchecked Sendable {}", [1]),
        ("/// Holds a number.\nfinal class A: @unchecked Sendable {}", [2]),
        ("/// Sendable because nothing changes.\nfinal class A: @unchecked Sendable {}", []),
        (
            "/// Holds a number.\n///\n/// Sendable: constant.\n@available(*, deprecated)\nfinal class A: @unchecked Sendable {}",
            []
        ),
        ("/// Sendable, it says.\n\nfinal class A: @unchecked Sendable {}", [3]),
        ("final class A: @unchecked Sendable {\n    // Proof: constant after init.\n}", []),
        ("nonisolated(unsafe) let a = b  // Each thread writes its own element.", []),
        ("nonisolated(unsafe) let a = b", [1]),
        ("let text = \"@unchecked Sendable\"", []),
    ])
    func `a proof is a comment that speaks of it`(snippet: String, lines: [Int]) throws {
        let file = SourceTree.File(path: "Made.swift", source: snippet, code: SwiftCode(snippet))
        #expect(try Self.unproven(in: file) == lines, "\(snippet)")
    }

    /// Lines with a promise and no proof: neither in the comment above, nor in the one below, nor on the line.
    static func unproven(in file: SourceTree.File) throws -> [Int] {
        let lines = file.source.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
        return try trust.lines(in: file.code.text).filter { line in
            let index = line - 1
            let above = lines[..<index].reversed().drop { $0.hasPrefix("@") }.prefix { $0.hasPrefix("//") }
            let below = lines[line...].prefix { $0.hasPrefix("//") }
            let speaks = (above + below).contains { $0.contains("Sendable") || $0.contains("Proof") }
            let code = file.code.lines[index]
            let hasOwnComment = code.contains("nonisolated") && lines[index].contains("//")
            return !speaks && !hasOwnComment
        }
    }
}
