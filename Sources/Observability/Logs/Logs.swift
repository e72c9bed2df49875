public import Logging

/// The log lines of a process.
public enum Logs {
    /// Sends every log line of this process to its standard error; to be called once, first thing.
    ///
    /// - Parameters:
    ///   - level: the least severe line that is written.
    ///   - format: how a line is written.
    /// - Returns: where both can be changed later.
    @discardableResult
    public static func bootstrap(level: Logger.Level, format: LogFormat) -> LogControl {
        let output = LogOutput.standardError
        let control = LogControl(level: level, format: format)
        LoggingSystem.bootstrap { label in
            LineLogHandler(label: label, control: control, output: output)
        }
        return control
    }
}
