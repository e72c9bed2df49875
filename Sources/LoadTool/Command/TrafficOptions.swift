internal import ArgumentParser
internal import Workload

/// Options about when requests are sent.
struct TrafficOptions: ParsableArguments {
    @Option(help: "Requests; of chats, conversations. By default 1000, or all of a trace or file.")
    var numPrompts: Int?

    @Option(help: "Requests per second; inf sends all at once, or as fast as --max-concurrency allows.")
    var requestRate: Double?

    @Option(
        help:
            "Shape of the gaps: 1 is Poisson, below 1 arrivals bunch, above 1 they even out, inf is regular."
    )
    var burstiness = 1.0

    @Option(help: "Requests in flight at most.")
    var maxConcurrency: Int?

    @Option(help: "Move the rate from start to end: linear or exponential.")
    var rampUpStrategy: String?

    @Option(help: "Requests per second at the start of the ramp.")
    var rampUpStartRps: Double?

    @Option(help: "Requests per second at its end.")
    var rampUpEndRps: Double?

    @Option(
        help: ArgumentHelp(
            "Let the ramp take so long instead of all requests; then the rate stays.",
            valueName: "seconds"
        )
    )
    var rampUpDuration: Double?

    @Option(help: "Multiply the recorded times of a trace: at 0.5 requests come twice as fast.")
    var timeScale = 1.0

    @Option(help: ArgumentHelp("Send nothing after this time.", valueName: "seconds"))
    var duration: Double?

    @Option(help: "Seed of arrivals and prompts: equal seeds send the same.")
    var seed: UInt64 = 0

    @Option(help: "Requests sent before the run and not counted.")
    var numWarmups = 0

    @Option(
        help: ArgumentHelp(
            "Wait so long for the server to answer a first request; 0 asks once.",
            valueName: "seconds"
        )
    )
    var readyCheckTimeoutSec = 0.0

    @Flag(help: "Do not send a first request to see whether the server answers.")
    var skipTestRequest = false

    func validate() throws {
        if let numPrompts, numPrompts < 1 {
            throw ValidationError("--num-prompts is \(numPrompts); use at least 1")
        }
        if let requestRate, !(requestRate > 0) {
            throw ValidationError("--request-rate is \(requestRate); use a number above 0, or inf")
        }
        guard burstiness > 0 else {
            throw ValidationError("--burstiness is \(burstiness); use above 0, or inf")
        }
        if let maxConcurrency, maxConcurrency < 1 {
            throw ValidationError("--max-concurrency is \(maxConcurrency); use at least 1")
        }
        guard timeScale > 0, timeScale.isFinite else {
            throw ValidationError("--time-scale is \(timeScale); use a finite number above 0")
        }
        if let duration, !(duration > 0) {
            throw ValidationError("--duration is \(duration); use seconds above 0")
        }
        guard numWarmups >= 0 else { throw ValidationError("--num-warmups is \(numWarmups); use 0 or more") }
        guard readyCheckTimeoutSec >= 0 else {
            throw ValidationError("--ready-check-timeout-sec is \(readyCheckTimeoutSec); use 0 or more")
        }
        _ = try ramp
    }

    /// The ramp that was asked for, if one was.
    var ramp: RateRamp? {
        get throws {
            guard let rampUpStrategy else {
                for (name, value) in [
                    ("start-rps", rampUpStartRps), ("end-rps", rampUpEndRps), ("duration", rampUpDuration),
                ] where value != nil {
                    throw ValidationError("--ramp-up-\(name) needs --ramp-up-strategy linear or exponential")
                }
                return nil
            }
            guard let curve = RateRamp.Curve(rawValue: rampUpStrategy) else {
                throw ValidationError("--ramp-up-strategy is \(rampUpStrategy); use linear or exponential")
            }
            guard let from = rampUpStartRps, let to = rampUpEndRps, from > 0, to > 0 else {
                throw ValidationError(
                    "--ramp-up-strategy needs --ramp-up-start-rps and --ramp-up-end-rps above 0"
                )
            }
            guard requestRate == nil else {
                throw ValidationError("--request-rate and --ramp-up-strategy exclude each other")
            }
            let span = rampUpDuration.map { RateRamp.Span.time(.fromSeconds($0)) } ?? .requests
            return RateRamp(curve, from: from, to: to, over: span, burstiness: burstiness)
        }
    }

    /// How requests arrive.
    ///
    /// - Parameter recorded: the arrivals of a trace; used unless a rate or a ramp is asked for.
    func arrivals(recorded: [Duration]?, rate: Double? = nil) throws -> ArrivalProcess {
        if let ramp = try ramp { return .ramp(ramp) }
        if let rate = rate ?? requestRate, rate.isFinite {
            if burstiness == .infinity { return .constant(rate: rate) }
            return burstiness == 1 ? .poisson(rate: rate) : .gamma(rate: rate, burstiness: burstiness)
        }
        if let recorded, requestRate == nil { return .trace(offsets: recorded, timeScale: timeScale) }
        return maxConcurrency.map { .closedLoop(concurrency: $0) } ?? .allAtOnce
    }
}
