internal import ServingTypes
import Synchronization

/// Looks up host names on a few threads of its own, because `getaddrinfo` can block for many seconds.
final class HostResolver: Sendable {
    private struct Job: Sendable {
        let host: String
        let port: UInt16
        let deadline: Timestamp
        let completion: @Sendable (Result<[SocketAddress], TransportError>) -> Void
    }

    private struct State {
        var waiting: [Job] = []
        var threadCount = 0
    }

    private static let threadLimit = 8
    private static let waitingLimit = 4096

    private let state = Mutex(State())

    /// Calls `completion` once on another thread, unless the deadline passes before the look-up could begin.
    func resolve(
        host: String,
        port: UInt16,
        deadline: Timestamp,
        completion: @escaping @Sendable (Result<[SocketAddress], TransportError>) -> Void
    ) throws(TransportError) {
        let job = Job(host: host, port: port, deadline: deadline, completion: completion)
        let (isAdmitted, needsThread) = state.withLock { state in
            guard state.waiting.count < Self.waitingLimit else { return (false, false) }
            state.waiting.append(job)
            guard state.threadCount < Self.threadLimit else { return (true, false) }
            state.threadCount += 1
            return (true, true)
        }
        guard isAdmitted else { throw .resolverBusy(limit: Self.waitingLimit) }
        guard needsThread else { return }
        do throws(TransportError) {
            _ = try OwnedThread(name: "resolver") { [self] in work() }
        } catch {
            state.withLock { $0.threadCount -= 1 }
            throw error
        }
    }

    /// Works until nothing waits.
    private func work() {
        while let job = nextJob() {
            guard MonotonicClock.now < job.deadline else { continue }
            let result = Result { () throws(TransportError) in
                try SocketAddress.resolve(host: job.host, port: job.port, isNumeric: false)
            }
            job.completion(result)
        }
    }

    private func nextJob() -> Job? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.threadCount -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
    }
}
