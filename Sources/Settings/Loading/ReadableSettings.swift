/// Settings that a ``SettingsReader`` can produce.
protocol ReadableSettings: Sendable {
    /// Reads every key; what is wrong is noted in the reader, and a placeholder takes its place.
    init(reading reader: inout SettingsReader)
}
