/// How a worker admits, steps and gives up the sequences that it decodes.
public struct DecodeSettings: Hashable, Sendable {
    /// For how much of an answer blocks are taken at admission.
    public enum Reserve: String, Hashable, Sendable, CaseIterable {
        /// For the longest possible answer: nothing ever has to give way, and few answers fit.
        case whole
        /// For the answer that is expected; what goes beyond it grows block by block.
        case expected
    }

    /// For how much of an answer blocks are taken at admission.
    public var reserve = Reserve.expected
    /// Share of the output that is still allowed which is expected of a request that says nothing, 0 to 1.
    public var expectedShare = 0.5
    /// Standard deviations of the predicted growth that must fit beside its mean: 1.3 holds nine times of ten.
    public var growthMargin = 1.3
    /// Share of the pool that an interactive sequence leaves free when others are running, 0 to 1; a batch one leaves
    /// twice as much, a best-effort one three times.
    public var headroom = 0.02
    /// Most sequences of one step, of which more take turns; `nil` is as many as run.
    public var maxBatch: Int?
    /// After how many preemptions a request gives way no more.
    public var maxPreemptions = 3
    /// Tokens that a sequence produces here before it gives way.
    public var leastProgress = 16

    /// The defaults.
    public init() {}
}
