/// Where a setting's value comes from.
public enum SettingSource: Hashable, Sendable, CustomStringConvertible {
    /// Nobody said anything: the value is the program's own.
    case standard
    /// A line of a settings file.
    case file(name: String, line: Int)
    /// A `--set` option.
    case commandLine

    /// `default`, `<file>:<line>` or `command line`.
    public var description: String {
        switch self {
        case .standard: "default"
        case .file(let name, let line): "\(name):\(line)"
        case .commandLine: "command line"
        }
    }

    /// Sorts problems: by line, then overrides, then what stands nowhere.
    var rank: Int {
        switch self {
        case .file(_, let line): line
        case .commandLine: .max - 1
        case .standard: .max
        }
    }
}
