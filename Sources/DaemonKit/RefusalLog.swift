internal import ServingTypes

/// Limits how often refused connections are logged: anybody who reaches the port can cause them.
struct RefusalLog: Sendable {
    private static let interval = Duration.seconds(1)

    private var lastAt: Timestamp?
    private var suppressed = 0

    /// Counts one refusal; returns how many there were since the last line when a line is due.
    mutating func note(now: Timestamp) -> Int? {
        suppressed += 1
        if let lastAt, now - lastAt < Self.interval { return nil }
        lastAt = now
        defer { suppressed = 0 }
        return suppressed
    }
}
