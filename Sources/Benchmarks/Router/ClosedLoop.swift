internal import Foundation
internal import ServingTypes
internal import Synchronization
internal import Transport

/// A number of clients that each send the next request when the last is answered.
struct ClosedLoop {
    /// What the clients saw in the measured time.
    struct Outcome {
        /// Answers per second.
        var rate: Double
        /// Milliseconds to the last byte of each answer.
        var latencies: [Double]
        /// Milliseconds to the first byte of each answer's body.
        var firsts: [Double]
        /// Processor seconds of the watched processes.
        var processorSeconds: Double

        var count: Int { latencies.count }
    }

    private static let warmUp = 0.4

    var port: UInt16
    var requests: RequestSet
    var clients: Int
    var seconds: Double
    /// Processes whose processor time is counted.
    var processes: [Int32] = []

    /// Runs the clients, each on a thread of its own.
    ///
    /// - Throws: ``BenchFailure``, the first client's that failed.
    func run() throws -> Outcome {
        let crowd = LoadCrowd(self)
        Thread.sleep(forTimeInterval: Self.warmUp)
        let (begin, before) = (MonotonicClock.now, try processorSeconds())
        crowd.phase.store(LoadCrowd.measuring, ordering: .releasing)
        Thread.sleep(forTimeInterval: seconds)
        crowd.phase.store(LoadCrowd.ending, ordering: .releasing)
        let (end, after) = (MonotonicClock.now, try processorSeconds())
        let timings = try crowd.finish()
        guard !timings.isEmpty else { throw BenchFailure("no request was answered within \(seconds) s") }
        return Outcome(
            rate: Double(timings.count) / (end - begin).inSeconds,
            latencies: timings.map { Double($0.last) / 1e6 },
            firsts: timings.map { Double($0.first) / 1e6 },
            processorSeconds: after - before
        )
    }

    private func processorSeconds() throws(BenchFailure) -> Double {
        var sum = 0.0
        for process in processes { sum += try ProcessorTime.seconds(of: process) }
        return sum
    }
}
