internal import Dispatch
internal import Foundation
internal import Synchronization

/// The threads of a ``ClosedLoop``: they block, so that an answer wakes exactly the client that waits for it.
final class LoadCrowd: Sendable {
    /// Before the measured time, in it, and after it.
    static let warming = 0
    static let measuring = 1
    static let ending = 2

    private struct State {
        var timings: [LoadClient.Timing] = []
        var failure: BenchFailure?
    }

    let phase = Atomic<Int>(LoadCrowd.warming)
    private let state = Mutex(State())
    private let ended = DispatchSemaphore(value: 0)
    private let count: Int

    /// Starts the clients.
    init(_ loop: ClosedLoop) {
        count = loop.clients
        let (port, requests) = (loop.port, loop.requests)
        for index in 0..<count {
            let thread = Thread { self.work(port, requests, offset: index * 7) }
            thread.stackSize = 256 << 10
            thread.start()
        }
    }

    /// Waits for the clients' last answers.
    func finish() throws(BenchFailure) -> [LoadClient.Timing] {
        for _ in 0..<count { ended.wait() }
        let (timings, failure) = state.withLock { ($0.timings, $0.failure) }
        if let failure { throw failure }
        return timings
    }

    private func work(_ port: UInt16, _ requests: RequestSet, offset: Int) {
        defer { ended.signal() }
        var timings: [LoadClient.Timing] = []
        timings.reserveCapacity(1 << 14)
        do throws(BenchFailure) {
            var client = try LoadClient(port: port)
            var next = offset
            while phase.load(ordering: .acquiring) != Self.ending {
                let timing = try client.ask(
                    requests.messages[next % requests.messages.count],
                    mark: requests.mark
                )
                next += 1
                if phase.load(ordering: .acquiring) == Self.measuring { timings.append(timing) }
            }
            state.withLock { $0.timings += timings }
        } catch {
            state.withLock { $0.failure = $0.failure ?? error }
        }
    }
}
