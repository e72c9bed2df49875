public import ServingTypes

/// Runs forward passes of one model over batches of sequences whose KV lives in an arena.
///
/// An engine is stateless between steps: all that a sequence is lives in its tokens, its KV blocks and its
/// sampling parameters, so a sequence can move to another engine of equal ``EngineIdentity/numericsClass``
/// between any two steps and continue with the same tokens.
///
/// One thread at a time may use an engine. `afterLayer` may itself call ``step(_:arena:afterLayer:)``: that is
/// how a long prefill yields at a layer boundary to a more urgent batch and then resumes with nothing lost.
public protocol InferenceEngine: AnyObject, Sendable {
    /// What the engine runs and how its numbers come about; compared when workers connect.
    var identity: EngineIdentity { get }

    /// Shape of the KV blocks that it reads and writes.
    var layout: KVLayout { get }

    /// Runs one forward pass over `batch`, writing the KV of all new tokens through the block tables.
    ///
    /// After each layer, the sequences that have a ``StepSequence/selection`` get that layer's reduced KV too.
    ///
    /// Prefill chunks and decode steps may share a batch. What a sequence yields does not depend on what
    /// shares its batch, on how its prompt was cut into chunks or on which blocks it holds.
    ///
    /// - Parameters:
    ///   - batch: at least one sequence; no block may be written by two of them, or written by one and read by another.
    ///   - arena: memory of ``layout``; KV of all earlier positions must be in it.
    ///   - afterLayer: called on the calling thread with each layer's index, ascending, once that
    ///     layer's KV of all sequences, full and reduced, is written.
    /// - Returns: one outcome per sequence, in order.
    /// - Throws: ``EngineError``; the new positions of all sequences then hold undefined KV.
    func step(_ batch: [StepSequence], arena: KVArena, afterLayer: (Int) -> Void)
        throws(EngineError) -> [StepOutcome]
}
