/// How long to wait between attempts to reach a router that is away.
struct Backoff {
    private static let longest = Duration.seconds(10)

    /// Attempts that failed since the last that did not.
    private(set) var failures = 0

    /// Counts a failure; gives the time until the next attempt: 0.5 s, then twice as long, up to 10 s.
    mutating func failed() -> Duration {
        failures += 1
        return min(Self.longest, .milliseconds(500) * (1 << min(failures - 1, 8)))
    }

    /// The router answers.
    mutating func succeeded() { failures = 0 }
}
