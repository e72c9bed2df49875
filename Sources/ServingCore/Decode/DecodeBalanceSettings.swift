/// What a router expects of answers, and when it moves running ones between decode workers.
public struct DecodeBalanceSettings: Hashable, Sendable {
    /// Share of the output that is still allowed for which decode workers are taken to hold blocks, 0 to 1, of a
    /// request without a guess; 1 where they reserve whole answers.
    public var expectedShare = 0.5
    /// Whether running answers are moved from full workers to others.
    public var moves = true
    /// A worker is full from this load on: the largest of its shares of blocks, of sequences, and of the tightest
    /// time per token that was promised there.
    public var fullLoad = 0.85
    /// How much lower the load of the other worker must be.
    public var leastImbalance = 0.25
    /// How long a worker must be full before anything is moved.
    public var dwell = Duration.milliseconds(500)
    /// How long a pair of workers rests after a move.
    public var coolDown = Duration.seconds(2)
    /// How often the time that a move costs must be contained in the time for which it makes room.
    public var leastGain = 2.0

    /// The defaults.
    public init() {}
}
