import ServingTypes

/// Who was chosen last for each part: where the next turn begins.
///
/// Names instead of counts: when a worker comes or goes, or cannot take a prompt, the others keep their turns.
public struct PlacementTurn: Hashable, Sendable {
    /// The last prefill worker.
    public var prefill: WorkerID?
    /// The last decode worker.
    public var decode: WorkerID?

    /// Before the first choice.
    public init() {}

    /// Notes that a plan was carried out.
    public mutating func note(_ plan: PlacementPlan) {
        if let worker = plan.prefill { prefill = worker.id }
        decode = plan.decode.id
    }
}
