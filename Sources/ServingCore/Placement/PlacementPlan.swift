import ServingTypes

/// Where one attempt is prefilled and where it is decoded, and how its KV gets there.
public struct PlacementPlan: Hashable, Sendable, CustomStringConvertible {
    /// The prefill worker; `nil` when the decode worker prefills for itself.
    public var prefill: WorkerRef?
    /// The decode worker.
    public var decode: WorkerRef
    /// How KV is encoded on its way.
    public var codec: KVCodec
    /// Where the worker that prefills gets leading blocks from; `nil` when it computes all that it lacks.
    public var fetch: KVFetchPlan?
    /// Which part of the prompt's KV is handed off; `nil` for all of it.
    public var budget: KVBudget?

    /// Describes a plan.
    public init(
        prefill: WorkerRef?,
        decode: WorkerRef,
        codec: KVCodec = .raw,
        fetch: KVFetchPlan? = nil,
        budget: KVBudget? = nil
    ) {
        self.prefill = prefill
        self.decode = decode
        self.codec = codec
        self.fetch = fetch
        self.budget = budget
    }

    /// The worker that computes the prompt.
    public var computing: WorkerRef { prefill ?? decode }

    /// `<prefill> -> <decode>` or `whole at <decode>`, and what is not ordinary about its KV.
    public var description: String {
        var words = prefill.map { "\($0) -> \(decode)" } ?? "whole at \(decode)"
        if let fetch { words += ", \(fetch.blockCount) blocks from \(fetch.source.worker)" }
        if codec != .raw { words += ", \(codec.name)" }
        if let budget { words += ", KV of \(budget.tokens) tokens" }
        return words
    }
}
