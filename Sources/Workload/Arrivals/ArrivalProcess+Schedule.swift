import ServingTypes

extension ArrivalProcess {
    /// When each of `count` requests is sent, counted from the start of the run; never falling.
    ///
    /// Random gaps are scaled so that the last request is sent at exactly `count / rate`: the realized load
    /// is the one asked for, whatever the seed, as in `vllm bench serve`. A ramp is not scaled. All at once
    /// and in a closed loop every time is zero: the limit on concurrency decides.
    /// - Throws: ``WorkloadError`` for a rate, burstiness, factor or concurrency that is not positive and
    ///   finite, a ramp over no time, recorded times that fall, or fewer of them than `count`.
    /// - Complexity: O(count). Equal arguments give equal schedules on every machine.
    public func schedule(count: Int, seed: UInt64) throws(WorkloadError) -> [Duration] {
        precondition(count >= 0, "\(count) requests")
        var random = SplitMix64(seed: seed, stream: 0xa441, index: 0)
        switch self {
        case .poisson(let rate): return try Self.normalized(count, rate, burstiness: 1, &random)
        case .gamma(let rate, let burstiness):
            return try Self.normalized(count, rate, burstiness: burstiness, &random)
        case .constant(let rate):
            return try Self.normalized(count, rate, burstiness: .infinity, &random)
        case .ramp(let ramp): return try ramp.schedule(count: count, &random)
        case .trace(let offsets, let timeScale): return try Self.recorded(offsets, timeScale, count)
        case .allAtOnce: break
        case .closedLoop(let concurrency):
            try WorkloadError.requirePositive("concurrency", Double(concurrency))
        }
        return Array(repeating: .zero, count: count)
    }

    private static func normalized(
        _ count: Int,
        _ rate: Double,
        burstiness: Double,
        _ random: inout SplitMix64
    ) throws(WorkloadError) -> [Duration] {
        try WorkloadError.requirePositive("request rate", rate)
        let times = cumulative(count, try GapShape(burstiness), &random)
        guard let last = times.last else { return [] }
        let scale = Double(count) / rate / last
        return times.map { .fromSeconds($0 * scale) }
    }

    /// Sums of `count` gaps of mean 1.
    static func cumulative(_ count: Int, _ shape: GapShape, _ random: inout SplitMix64) -> [Double] {
        var sum = 0.0
        return (0..<count).map { _ in
            sum += shape.gap(&random)
            return sum
        }
    }

    private static func recorded(_ offsets: [Duration], _ timeScale: Double, _ count: Int)
        throws(WorkloadError) -> [Duration]
    {
        try WorkloadError.requirePositive("time scale", timeScale)
        guard count <= offsets.count else {
            throw .tooFewRecorded(asked: count, recorded: offsets.count)
        }
        guard let first = offsets.first else { return [] }
        if let fall = zip(offsets, offsets.dropFirst()).enumerated().first(where: { $1.1 < $1.0 }) {
            throw .timesGoBack(index: fall.offset + 1)
        }
        return offsets.prefix(count).map { .fromSeconds(($0 - first).inSeconds * timeScale) }
    }
}
