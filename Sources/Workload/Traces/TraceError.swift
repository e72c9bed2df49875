/// Why recorded requests or prompts cannot be read.
public struct TraceError: Error, Hashable, CustomStringConvertible {
    /// What is wrong.
    public enum Problem: Error, Hashable {
        /// The whole is longer than its limit.
        case tooLarge(bytes: Int, limit: Int)
        /// A line is longer than its limit.
        case lineTooLong(bytes: Int, limit: Int)
        /// There are more records than the limit.
        case tooManyRecords(limit: Int)
        /// There is no record at all.
        case empty
        /// The heading lacks a column.
        case missingColumn(String)
        /// A line has no value under a heading, or an object no member.
        case missingField(String)
        /// A value is not what its field holds.
        case badField(String, value: String)
        /// A number is beyond its limit.
        case tooGreat(String, value: Int, limit: Int)
        /// A line is not a JSON object.
        case badJSON(String, column: Int)
        /// Arrivals fall.
        case timeGoesBack
    }

    /// The line, from 1; 0 when the whole is meant.
    public var line: Int
    /// What is wrong there.
    public var problem: Problem

    /// A problem and its place.
    public init(line: Int, _ problem: Problem) {
        self.line = line
        self.problem = problem
    }

    /// The place, what is wrong with its values, and what to do.
    public var description: String { line > 0 ? "line \(line): \(text)" : text }

    private var text: String {
        switch problem {
        case .tooLarge(let bytes, let limit): "\(bytes) bytes, at most \(limit) are read: cut the file"
        case .lineTooLong(let bytes, let limit): "the line has \(bytes) bytes, at most \(limit) are read"
        case .tooManyRecords(let limit): "more than \(limit) records: cut the file"
        case .empty: "there is no record in it"
        case .missingColumn(let name): "the heading has no column \"\(name)\": is this another format?"
        case .missingField(let name): "there is no \"\(name)\": is this another format?"
        case .badField(let name, let value): "\"\(value)\" is not a usable \(name)"
        case .tooGreat(let name, let value, let limit): "\(name) is \(value), at most \(limit) is allowed"
        case .badJSON(let expectation, let column):
            "not a JSON object: expected \(expectation) at column \(column)"
        case .timeGoesBack: "the request comes before the one in front of it: sort the file by time"
        }
    }
}
