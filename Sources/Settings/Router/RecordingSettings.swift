/// The `recording` section: where decisions are kept beyond the router's memory.
public struct RecordingSettings: Hashable, Sendable {
    /// The SQLite file; `nil` keeps none.
    public var path: String?
    /// Most requests in it.
    public var maxRows = 1_000_000
    /// Age at which a request is removed.
    public var maxAge = Duration.seconds(30 * 86_400)

    /// The defaults.
    public init() {}

    mutating func read(from reader: inout SettingsReader) {
        reader.readOptional("recording.path", &path, .path)
        reader.read("recording.max_rows", &maxRows, .integer(1...1_000_000_000))
        reader.read(
            "recording.max_age",
            &maxAge,
            .duration(.seconds(60)...(.seconds(3_660 * 86_400)))
        )
    }
}
