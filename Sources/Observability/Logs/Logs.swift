public import Logging

/// The log lines of a process.
public enum Logs {
    /// Sends every log line of this process to its standard error; to be called once, first thing.
    ///
    /// - Parameters:
    ///   - level: the least severe line that is written.
    ///   - format: how a line is written.
    public static func bootstrap(level: Logger.Level, format: LogFormat) {
        let output = LogOutput.standardError
        LoggingSystem.bootstrap { label in
            LineLogHandler(label: label, level: level, format: format, output: output)
        }
    }
}
