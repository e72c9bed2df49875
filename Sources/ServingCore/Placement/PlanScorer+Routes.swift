import ServingTypes

/// Ways between two workers.
extension PlanScorer {
    /// What a new transfer can expect.
    @inline(__always) func share(from sender: Int, to receiver: Int) -> LinkShare {
        let key = LinkKey(from: cluster.rows[sender].link, to: cluster.rows[receiver].link)
        return cluster.links.share(key, cluster.links.figures(of: key))
    }

    /// The way with a codec: one that is allowed and that both workers have; raw also where there is none.
    @inline(__always) func route(
        _ codec: KVCodec,
        over wire: KVRoute,
        from sender: Int,
        to receiver: Int
    ) -> KVRoute? {
        isExact ? (codec == .raw ? wire : nil) : codedRoute(codec, over: wire, from: sender, to: receiver)
    }

    private func codedRoute(
        _ codec: KVCodec,
        over wire: KVRoute,
        from sender: Int,
        to receiver: Int
    ) -> KVRoute? {
        let (senders, receivers) = (cluster.codecs[sender], cluster.codecs[receiver])
        guard codec != .raw else {
            let hasOther = codecs.contains { senders.rate(of: $0) != nil && receivers.rate(of: $0) != nil }
            return codecs.contains(.raw) || !hasOther ? wire : nil
        }
        guard codecs.contains(codec), let encoder = senders.rate(of: codec),
            let decoder = receivers.rate(of: codec)
        else { return nil }
        return wire.coded(sender: encoder, receiver: decoder, lanes: settings.lanes)
    }
}
