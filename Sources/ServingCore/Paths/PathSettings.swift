import ServingTypes

/// How a worker measures its paths to other workers.
public struct PathSettings: Sendable {
    /// Rate assumed before the first sample, in bytes per second.
    public var priorBytesPerSecond = 100e6
    /// What the paths to some peers should carry, in bytes per second; for others the best long run counts.
    public var expectedBytesPerSecond: [WorkerID: Double] = [:]
    /// Shortest time over which a sample is taken; also at least two round trips.
    ///
    /// Shorter is quicker to follow and noisier: receivers acknowledge about every 5 ms.
    public var sampleTime: Duration = .milliseconds(20)
    /// Longest time over which one sample is taken while bytes flow without a break.
    public var longestSampleTime: Duration = .milliseconds(200)
    /// Longest time that a receiver holds an acknowledgement back.
    public var acknowledgementDelay: Duration = .milliseconds(5)
    /// Bytes at the start of a busy period that a burst allowance may have let through above the rate.
    public var settleBytes = 512 << 10
    /// Time after the first acknowledgement by which such a burst is over.
    public var settleTime: Duration = .milliseconds(30)
    /// Share of the expected rate below which a path counts as degraded, in 0..<1.
    public var degradedFraction = 0.5
    /// Samples in a row that change this state.
    public var degradedSamples = 5
    /// Age of the last sample after which an idle path may be probed.
    public var probeAge: Duration = .seconds(600)
    /// Bytes that the probes of one worker may send in an hour; 0 turns probing off.
    public var probeBytesPerHour = 64 << 20
    /// Smallest probe, also the one for a path without a sample.
    public var smallestProbeBytes = 1 << 20
    /// Largest probe.
    public var largestProbeBytes = 8 << 20
    /// Time that a probe aims to take at the estimated rate.
    public var probeTime: Duration = .milliseconds(100)
    /// Time after which a probe without an end counts as lost.
    public var probeDeadline: Duration = .seconds(30)
    /// Most paths kept; the least recently used idle one goes first.
    public var maxPaths = 1024

    /// The defaults.
    public init() {}

    /// Traps on values that no configuration should have let through.
    func check() {
        precondition(priorBytesPerSecond > 0, "priorBytesPerSecond is \(priorBytesPerSecond)")
        precondition(sampleTime > .zero, "sampleTime is \(sampleTime)")
        precondition((0..<1).contains(degradedFraction), "degradedFraction is \(degradedFraction)")
        precondition(degradedSamples > 0, "degradedSamples is \(degradedSamples)")
        precondition(
            0 < smallestProbeBytes && smallestProbeBytes <= largestProbeBytes,
            "probes are \(smallestProbeBytes)...\(largestProbeBytes) bytes"
        )
        precondition(maxPaths > 0, "maxPaths is \(maxPaths)")
    }
}
