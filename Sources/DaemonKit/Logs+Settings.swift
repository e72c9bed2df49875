internal import Logging
public import Observability
public import Settings

extension Logs {
    /// Sends the process's log lines to standard error as the settings say.
    ///
    /// - Returns: where level and format can be changed later.
    @discardableResult
    public static func bootstrap(_ settings: LogSettings) -> LogControl {
        bootstrap(level: settings.loggerLevel, format: settings.lineFormat)
    }
}

extension LogControl {
    /// Goes on as the settings say; what `body` logs about that is written under the louder of both levels.
    func update(_ settings: LogSettings, logging body: () -> Void) {
        level = min(level, settings.loggerLevel)
        format = settings.lineFormat
        body()
        level = settings.loggerLevel
    }
}

extension LogSettings {
    fileprivate var loggerLevel: Logger.Level { Logger.Level(rawValue: level.rawValue) ?? .info }

    fileprivate var lineFormat: Observability.LogFormat { format == .json ? .json : .text }
}
