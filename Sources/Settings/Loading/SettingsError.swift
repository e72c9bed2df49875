/// Everything that is wrong with one settings file and its overrides.
public struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence each, `file:line: key is X; use Y`: in the order of the file's lines, then overrides,
    /// then what is missing.
    public let problems: [String]

    /// Collects problems; at least one.
    public init(problems: [String]) { self.problems = problems }

    /// One problem per line.
    public var description: String { problems.joined(separator: "\n") }
}
