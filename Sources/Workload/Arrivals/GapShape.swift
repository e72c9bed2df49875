import ServingTypes

/// The distribution of the gaps between arrivals, at a mean of 1.
struct GapShape {
    /// Shape of the gamma distribution; infinite for equal gaps.
    let burstiness: Double

    init(_ burstiness: Double) throws(WorkloadError) {
        guard burstiness > 0 else { throw .notPositive("burstiness", burstiness) }
        // Far below this, a gap is almost surely zero and now and then endless.
        guard burstiness >= 0.001 else {
            throw .outOfRange("burstiness", value: burstiness, allowed: 0.001...Double.infinity)
        }
        self.burstiness = burstiness
    }

    func gap(_ random: inout SplitMix64) -> Double {
        burstiness == .infinity ? 1 : random.gamma(shape: burstiness)
    }
}
