/// The `log` section.
public struct LogSettings: Hashable, Sendable {
    /// The least severe line that is written.
    public var level = LogLevel.info
    /// How a line is written.
    public var format = LogFormat.text

    /// The defaults.
    public init() {}
}
