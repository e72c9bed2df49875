/// A decode worker that is looked at together with prefill workers: what changes from one of these to the next is not
/// here, so that hundreds of them are walked quickly.
struct DecodeCandidate: Sendable {
    var place: Int
    /// Its slot in the link table, its site, and whether nothing limits what it receives.
    var link: Int
    var site: Int
    var isIdle: Bool
    /// What must be handed to it.
    var missingBytes: Double
    var bound: PlanScorer.Bound
    /// As in ``DecodeSide``.
    var promptSeconds: Double
    var chunkSeconds: Double
    /// Whether it is worth asking for a prefix although it is none of the cluster's best sources.
    var mayServe: Bool
}
