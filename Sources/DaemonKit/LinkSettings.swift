/// How links show and notice life.
public struct LinkSettings: Sendable {
    /// Time between two heartbeats on an open link.
    public var heartbeatInterval: Duration
    /// Intervals of silence after which a link is closed.
    public var deadAfterIntervals = 3
    /// Time that peers have to take what is queued for them when the process stops.
    public var lingerTimeout = Duration.seconds(2)
    /// Time from connecting to the peer's greeting.
    public var greetingTimeout = Duration.seconds(5)

    /// The defaults as documented at each property, but for the time between heartbeats.
    public init(heartbeatInterval: Duration = .seconds(3)) { self.heartbeatInterval = heartbeatInterval }

    /// Silence after which a link is suspect.
    public var suspicionLimit: Duration { heartbeatInterval * (deadAfterIntervals - 1) }

    /// Silence after which a link is dead.
    public var silenceLimit: Duration { heartbeatInterval * deadAfterIntervals }
}
