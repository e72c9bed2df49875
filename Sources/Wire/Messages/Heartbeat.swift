/// Sign of life of either side of a control connection.
///
/// The receiver of one with `isEcho` unset sends it back at once with `isEcho` set and its own `progress`,
/// which gives the round-trip time.
public struct Heartbeat: Hashable, Sendable {
    /// Chosen by the first sender, rising; the echo repeats it.
    public var sequence: UInt64
    /// Engine steps done since boot; 0 for a process without an engine.
    public var progress: UInt64
    /// Whether this answers the peer's heartbeat.
    public var isEcho: Bool

    /// Makes a sign of life.
    public init(sequence: UInt64, progress: UInt64, isEcho: Bool) {
        self.sequence = sequence
        self.progress = progress
        self.isEcho = isEcho
    }
}
