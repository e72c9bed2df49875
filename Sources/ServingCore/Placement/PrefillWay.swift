/// How a worker could come to a prompt's KV: compute all that it lacks, or fetch a prefix first; in seconds.
struct PrefillWay: Sendable {
    /// `nil` when nothing is fetched.
    var fetch: PrefixFetch?
    /// Until it can begin: prompts before this one, or the fetch, whichever takes longer.
    var wait: Double
    /// Computing what is neither held nor fetched.
    var prefill: Double

    /// Until all is computed but what is sent last, from the beginning of the prefill.
    var hidden: Double
    /// Bytes of KV that are sent last: one layer group's of the last step.
    var lastBytes: Double

    /// Until the prompt is computed.
    var ready: Double { wait + prefill }
}
