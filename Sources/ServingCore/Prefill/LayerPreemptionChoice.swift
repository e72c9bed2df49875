import ServingTypes

/// What a running step does at a layer boundary.
public enum LayerPreemptionChoice: Hashable, Sendable {
    /// Why a step goes on.
    public enum Reason: Hashable, Sendable {
        /// Nobody waits who would win enough.
        case nobodyUrgent
        /// It has yielded as often, as long or as deeply as it may.
        case limit
        /// A prompt of its own, or of a step around it, would be late.
        case ownDeadline
        /// Those that run would lose more than those that wait would win.
        case tooDear
    }

    /// The step goes on.
    case goOn(Reason)
    /// These prompts run first, whole.
    case yield(to: [AttemptID])
    /// The running answers get their next tokens first.
    case decode
}
