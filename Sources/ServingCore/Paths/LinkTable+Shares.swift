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

    private func share(_ key: LinkKey) -> LinkShare { share(key, figures(of: key)) }

    /// What is known of a path, or assumed.
    @inline(__always) func figures(of key: LinkKey) -> PathFigures {
        senders[key.from][key.to]
            ?? PathFigures(unknownTo: key.to, prior: settings.priorBytesPerSecond)
    }

    /// The share of a path that the caller has looked up already.
    @inline(__always) func share(_ key: LinkKey, _ path: PathFigures) -> LinkShare {
        var share = LinkShare(
            bytesPerSecond: path.alone,
            backlogBytes: path.backlogBytes,
            bottleneck: .path
        )
        share.limit(to: egress[key.from].figures.share(for: path), by: .egress)
        if let (out, into) = crossing(key) {
            let (leaving, entering) = (uplinks[out].charge, uplinks[into].charge)
            share.limit(to: uplinks[out].out.rate(leaving.out, for: path), by: .siteUplinkOut)
            share.limit(to: uplinks[into].into.rate(entering.into, for: path), by: .siteUplinkIn)
            share.uplinkWaitSeconds = max(leaving.out.waitSeconds, entering.into.waitSeconds)
            share.sharesPrefixes = leaving.sharesPrefixes && entering.sharesPrefixes
        }
        share.limit(to: ingress[key.to].figures.share(for: path), by: .ingress)
        // A rate is divided by: however slow, it is not zero.
        share.bytesPerSecond = max(1, share.bytesPerSecond)
        return share
    }

    /// What no path from a worker to one of `peers` others exceeds now, in bytes per second.
    @inline(__always) func reach(from slot: Int, peers: Int) -> Double {
        reach(fastestFrom[slot], peers)
    }

    /// What no path to a worker from one of `peers` others exceeds now, in bytes per second.
    @inline(__always) func reach(to slot: Int, peers: Int) -> Double {
        reach(fastestTo[slot], peers)
    }

    @inline(__always) private func reach(_ fastest: FastestPath, _ peers: Int) -> Double {
        // Ways that nothing is known of are believed to have the prior.
        let prior = fastest.count < peers ? settings.priorBytesPerSecond : 0
        return max(1, fastest.bytesPerSecond, prior)
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
