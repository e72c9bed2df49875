import ServingTypes

extension LinkTable {
    /// What a new transfer between two workers can expect now.
    ///
    /// A pair that was never sampled gets the prior, less what others take of the resources on its way. Bytes
    /// of the same pair do not lower the rate: they are the backlog.
    public func share(from sender: WorkerID, to receiver: WorkerID) -> LinkShare {
        guard let from = slot(of: sender), let to = slot(of: receiver) else {
            return LinkShare(
                bytesPerSecond: settings.priorBytesPerSecond,
                backlogBytes: 0,
                bottleneck: .path
            )
        }
        return share(LinkKey(from: from, to: to))
    }

    /// All paths that workers reported, by sender, then by receiver; O(paths · log paths).
    public func summaries() -> [LinkSummary] {
        paths.compactMap { key, path in summary(key, path) }
            .sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    }

    private func share(_ key: LinkKey) -> LinkShare {
        let path = paths[key]
        let alone = path?.alone ?? settings.priorBytesPerSecond
        var share = LinkShare(
            bytesPerSecond: alone,
            backlogBytes: path?.report.inFlightBytes ?? 0,
            bottleneck: .path
        )
        func limit(_ resource: LinkResource, _ load: ResourceLoad) {
            let rate = load.share(for: path, alone: alone)
            guard rate < share.bytesPerSecond else { return }
            share.bytesPerSecond = rate
            share.bottleneck = resource
        }
        limit(.egress, egress[key.from])
        if let (out, into) = crossing(key) {
            limit(.siteUplinkOut, uplinks[out].out)
            limit(.siteUplinkIn, uplinks[into].into)
        }
        limit(.ingress, ingress[key.to])
        // A rate is divided by: however slow, it is not zero.
        share.bytesPerSecond = max(1, share.bytesPerSecond)
        return share
    }

    private func summary(_ key: LinkKey, _ path: LinkPath) -> LinkSummary? {
        guard let from = nodes[key.from]?.id, let to = nodes[key.to]?.id else { return nil }
        let rate = path.alone ?? settings.priorBytesPerSecond
        return LinkSummary(
            from: from,
            to: to,
            bytesPerSecond: rate,
            shareBytesPerSecond: share(key).bytesPerSecond,
            source: path.alone == nil ? .prior : path.report.isProbed ? .probed : .measured,
            roundTrip: path.report.roundTrip,
            inFlightBytes: path.report.inFlightBytes,
            expectedBytesPerSecond: path.report.expectedBytesPerSecond,
            isDegraded: path.report.isDegraded,
            sampleCount: path.report.sampleCount
        )
    }
}
