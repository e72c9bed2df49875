internal import Logging
public import Observability
public import Settings

extension Logs {
    /// Sends the process's log lines to standard error as the settings say.
    public static func bootstrap(_ settings: LogSettings) {
        let level = Logger.Level(rawValue: settings.level.rawValue) ?? .info
        bootstrap(level: level, format: settings.format == .json ? .json : .text)
    }
}
