/// What the rounds of `baton-bench kv` measured, round by round.
struct KVRounds {
    /// One side's figures in one round.
    struct Sample {
        var gibPerSecond: Double
        var senderSecondsPerGiB: Double
        var receiverSecondsPerGiB: Double
    }

    /// Whose transfer it is.
    enum Side: CaseIterable {
        case baton
        case limit
        case limitWithoutChecksum
        case plain
    }

    private(set) var samples: [Side: [Sample]] = [:]

    mutating func add(_ sample: Sample, of side: Side) { samples[side, default: []].append(sample) }

    func rates(_ side: Side) -> [Double] { samples[side, default: []].map(\.gibPerSecond) }

    func median(_ side: Side, _ figure: KeyPath<Sample, Double>) -> Double {
        Distribution(samples[side, default: []].map { $0[keyPath: figure] }).median
    }

    /// Baton's processor time per byte, both ends together, relative to another side's, round by round.
    func processorRatio(to side: Side) -> GeometricMean {
        let totals = { (side: Side) in
            samples[side, default: []].map { $0.senderSecondsPerGiB + $0.receiverSecondsPerGiB }
        }
        return GeometricMean(ratiosOf: totals(.baton), to: totals(side))
    }

    /// Baton's rate relative to another side's, round by round.
    func ratio(to side: Side) -> GeometricMean {
        GeometricMean(ratiosOf: rates(.baton), to: rates(side))
    }
}
