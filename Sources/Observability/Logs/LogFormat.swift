/// How a log line is written.
public enum LogFormat: String, Hashable, Sendable, CaseIterable {
    /// Time, level, event, then `key=value`: for people.
    case text
    /// One JSON object per line: for collectors.
    case json
}
