/// One thing that is known of a span, under a name of OpenTelemetry's semantic conventions or `baton.…`.
public struct SpanAttribute: Hashable, Sendable {
    /// What is known.
    public enum Value: Hashable, Sendable {
        case text(String)
        case integer(Int)
        case number(Double)
        case flag(Bool)
        case texts([String])
    }

    /// Its name.
    public var key: String
    /// What is known.
    public var value: Value

    /// Names a value.
    public init(_ key: String, _ value: Value) {
        self.key = key
        self.value = value
    }

    /// Names a text.
    public init(_ key: String, _ text: String) { self.init(key, .text(text)) }

    /// Names a count.
    public init(_ key: String, _ count: Int) { self.init(key, .integer(count)) }

    /// Names a time in seconds.
    public init(_ key: String, _ time: Duration) { self.init(key, .number(time / .seconds(1))) }
}
