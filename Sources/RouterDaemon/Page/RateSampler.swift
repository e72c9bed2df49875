internal import DaemonKit
internal import Observability
internal import ServiceLifecycle
internal import Synchronization
internal import Transport

/// Notes once a second what the router has counted, for the page's charts.
final class RateSampler: Service {
    private let node: RouterNode
    private let rates: Mutex<RecentRates>
    /// Seconds over which a sample looks back.
    let window: Int

    init(_ node: RouterNode) {
        self.node = node
        let empty = node.metrics.recentRates()
        window = empty.window
        rates = Mutex(empty)
    }

    /// Samples until shutdown.
    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            repeat { sample() } while await Shutdown.pause(.seconds(1))
        }
    }

    /// The samples after a number, the oldest first.
    func samples(after number: Int) -> [RecentRates.Sample] { rates.withLock { $0.samples(after: number) } }

    private func sample() {
        let (waiting, inFlight) = node.state.withLock { ($0.core?.waitingCount ?? 0, $0.core?.inFlight ?? 0) }
        let totals = node.metrics.recentTotals
        let now = MonotonicClock.now
        let unixMilliseconds = Int((node.unixOrigin + now.nanoseconds) / 1_000_000)
        rates.withLock { rates in
            rates.add(
                totals,
                at: now,
                unixMilliseconds: unixMilliseconds,
                waiting: waiting,
                running: inFlight - waiting
            )
        }
    }
}
