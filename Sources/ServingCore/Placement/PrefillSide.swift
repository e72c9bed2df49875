/// A worker that could prefill.
struct PrefillSide: Sendable {
    /// Its place in the snapshot.
    var worker: Int
    var failures: Int
    /// Leading blocks that it holds already.
    var hitBlocks: Int
    /// Without a fetch.
    var plain: PrefillWay
    /// With one: by source, the most promising first, then by codec.
    var fetches: [PrefillWay] = []
}
