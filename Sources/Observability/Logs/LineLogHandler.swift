internal import Glibc
public import Logging

/// Writes each event as one line: text for people or JSON for collectors.
///
/// The message is a constant that names the event, as in `kv_transfer.completed`; what varies is in the
/// metadata.
public struct LineLogHandler: LogHandler {
    /// The least severe event that is written: the process's, unless a logger has its own.
    public var logLevel: Logger.Level {
        get { ownLevel ?? control.level }
        set { ownLevel = newValue }
    }
    /// Fields of every event.
    public var metadata: Logger.Metadata = [:]
    /// Gives fields that depend on the task.
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let control: LogControl
    private let output: LogOutput
    private var ownLevel: Logger.Level?

    /// A handler without metadata.
    ///
    /// - Parameters:
    ///   - label: name of the logger; shown in JSON lines.
    ///   - control: what is written, and how.
    public init(label: String, control: LogControl, output: LogOutput) {
        self.label = label
        self.control = control
        self.output = output
    }

    /// A handler without metadata whose level and format stay what they are.
    ///
    /// - Parameters:
    ///   - label: name of the logger; shown in JSON lines.
    ///   - level: the least severe event that is written.
    public init(label: String, level: Logger.Level, format: LogFormat, output: LogOutput) {
        self.init(label: label, control: LogControl(level: level, format: format), output: output)
    }

    /// One of the fields of every event.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes the event as one line.
    public func log(event: LogEvent) {
        let line = LogLine(
            time: Self.now(),
            level: event.level,
            message: event.message.description,
            label: label,
            fields: fields(of: event)
        )
        let format = control.format
        output.write(line.rendered(as: format)) { count in
            let loss = LogLine(
                time: line.time,
                level: .warning,
                message: "log.lost",
                label: label,
                fields: ["lines": "\(count)"]
            )
            return loss.rendered(as: format)
        }
    }

    /// Fields of the event win over those of the provider, and these over those of the logger.
    private func fields(of event: LogEvent) -> Logger.Metadata {
        if metadata.isEmpty, metadataProvider == nil, event.error == nil { return event.metadata ?? [:] }
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { $1 } }
        if let given = event.metadata { fields.merge(given) { $1 } }
        if let error = event.error, fields["error"] == nil { fields["error"] = "\(error)" }
        return fields
    }

    /// Milliseconds since 1970.
    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
