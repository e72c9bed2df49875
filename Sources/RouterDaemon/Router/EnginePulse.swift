internal import ServingTypes

/// Whether a worker's engine moves: its step counter, as heartbeats report it, and since when it stands still.
struct EnginePulse: Sendable {
    private var progress: UInt64
    private var movedAt: Timestamp

    init(progress: UInt64, now: Timestamp) {
        self.progress = progress
        movedAt = now
    }

    /// Takes a heartbeat; a worker without work has nothing to move for.
    mutating func beat(progress: UInt64, hasWork: Bool, now: Timestamp) {
        if progress != self.progress || !hasWork { movedAt = now }
        self.progress = progress
    }

    /// How long the engine has stood still with work in hand.
    func standstill(now: Timestamp) -> Duration { now - movedAt }
}
