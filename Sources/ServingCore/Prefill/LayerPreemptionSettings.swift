/// When a running step may yield at a layer boundary.
public struct LayerPreemptionSettings: Hashable, Sendable {
    /// Whether prompts may preempt at all.
    public var isEnabled = true
    /// Least time that a prompt must win by not waiting for the end of the step.
    public var leastGain = Duration.milliseconds(5)
    /// Most times that one step yields to prompts.
    public var maxPreemptions = 16
    /// Most of a step's own time that it may be delayed for by others, as a share.
    public var maxYieldShare = 0.5
    /// Without deadlines and classes, a short prompt preempts a step whose rest takes at least so many times as long.
    public var leastRatio = 4.0
    /// Prompts up to this length are short where the cost model shows no knee.
    public var shortTokens = 256
    /// Steps that may be nested in a running one, one in the other.
    public var maxDepth = 2

    /// The defaults.
    public init() {}
}
