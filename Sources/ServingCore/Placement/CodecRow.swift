import ServingTypes

/// What a worker's lossy codecs cost, without a list to search.
struct CodecRow: Sendable {
    private var q8: KVCodecRate?
    private var cachegen: KVCodecRate?

    init(_ worker: WorkerSnapshot) {
        q8 = worker.rate(of: .q8)
        cachegen = worker.rate(of: .cachegen)
    }

    /// `nil` when the worker does not have it; raw costs nothing and has no rate.
    func rate(of codec: KVCodec) -> KVCodecRate? {
        switch codec {
        case .raw: nil
        case .q8: q8
        case .cachegen: cachegen
        }
    }
}
