/// A worker that could prefill.
struct PrefillSide: Sendable {
    /// Its place in the snapshot.
    var place: Int
    /// Its slot in the link table.
    var link: Int
    var failures: Int
    /// Leading blocks that it holds already.
    var hitBlocks: Int
    /// Without a fetch.
    var plain: PrefillWay
}
