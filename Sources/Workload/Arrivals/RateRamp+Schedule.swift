import ServingTypes

extension RateRamp {
    func schedule(count: Int, _ random: inout SplitMix64) throws(WorkloadError) -> [Duration] {
        try WorkloadError.requirePositive("ramp start rate", from)
        try WorkloadError.requirePositive("ramp end rate", to)
        let shape = try GapShape(burstiness)
        switch over {
        case .requests: return byRequest(count, shape, &random)
        case .time(let span):
            try WorkloadError.requirePositive("ramp time", span.inSeconds)
            return ArrivalProcess.cumulative(count, shape, &random).map { expected in
                .fromSeconds(time(expected, span.inSeconds))
            }
        }
    }

    /// Each gap has the mean of the rate at its request's place in the run.
    private func byRequest(_ count: Int, _ shape: GapShape, _ random: inout SplitMix64) -> [Duration] {
        var seconds = 0.0
        return (0..<count).map { index in
            let progress = Double(index) / Double(max(count - 1, 1))
            let rate =
                switch curve {
                case .linear: from + (to - from) * progress
                case .exponential: from * Mathematics.power(to / from, progress)
                }
            seconds += shape.gap(&random) / rate
            return .fromSeconds(seconds)
        }
    }

    /// The time at which so many requests are expected: the inverse of the integral of the rate.
    private func time(_ expected: Double, _ span: Double) -> Double {
        let ratio = to / from
        // Near 1 both forms lose their digits, and the rate does not move.
        guard abs(ratio - 1) > 1e-9 else { return expected / from }
        let atEnd =
            switch curve {
            case .linear: (from + to) / 2 * span
            case .exponential: from * span * (ratio - 1) / Mathematics.log(ratio)
            }
        guard expected < atEnd else { return span + (expected - atEnd) / to }
        switch curve {
        case .linear:
            let slope = (to - from) / span
            return 2 * expected / (from + max(from * from + 2 * slope * expected, 0).squareRoot())
        case .exponential:
            let growth = Mathematics.log(ratio)
            return span / growth * Mathematics.log(1 + expected * growth / (from * span))
        }
    }
}
