internal import DaemonKit
internal import Dispatch
internal import Foundation
internal import ServingTypes
internal import Synchronization

/// Asks a router again and again on a thread of its own, so that keys and signals need not wait for answers.
///
/// A router that goes away is asked again after a while that grows; the bell rings for each piece of news.
final class RouterFeed<Value: Sendable>: Sendable {
    /// What is new.
    enum News: Sendable {
        /// An answer, and when it came on the monotonic clock.
        case value(Value, at: Duration)
        /// None; the next attempt begins at a time.
        case away(Complaint, nextAttempt: Duration)
        /// None, and asking again would not help.
        case failed(any Error)
    }

    private struct State {
        var interval: Duration
        var news: [News] = []
        var isStopped = false
        var isPaused = false
    }

    private let options: RouterOptions
    private let bell: NewsBell
    private let fetch: @Sendable (AdminSession) throws -> Value
    private let state: Mutex<State>
    private let wake = DispatchSemaphore(value: 0)

    init(
        options: RouterOptions,
        interval: Duration,
        bell: NewsBell,
        fetch: @escaping @Sendable (AdminSession) throws -> Value
    ) {
        self.options = options
        self.bell = bell
        self.fetch = fetch
        state = Mutex(State(interval: interval))
    }

    /// The monotonic clock, from an arbitrary start.
    static var now: Duration { .nanoseconds(Int64(DispatchTime.now().uptimeNanoseconds)) }

    /// Begins to ask.
    func start() {
        let thread = Thread { [self] in run() }
        thread.name = "router-feed"
        thread.start()
    }

    /// Asks no more.
    func stop() { change { $0.isStopped = true } }

    /// Changes how often it asks; it asks at once.
    func setInterval(_ interval: Duration) { change { $0.interval = interval } }

    /// Asks no more, or at once again.
    func setPaused(_ isPaused: Bool) { change { $0.isPaused = isPaused } }

    /// What came since the last call, in order.
    func take() -> [News] {
        state.withLock { state in
            defer { state.news = [] }
            return state.news
        }
    }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
        wake.signal()
    }

    private func run() {
        var session: AdminSession?
        var backoff = Backoff()
        while !state.withLock({ $0.isStopped }) {
            if state.withLock({ $0.isPaused }) {
                wake.wait()
                continue
            }
            let start = Self.now
            let news = ask(&session, &backoff)
            let end: Duration
            switch news {
            case .value: end = start + state.withLock { $0.interval }
            case .away(_, let nextAttempt): end = nextAttempt
            case .failed: return post(news)
            }
            post(news)
            let pause = max(.milliseconds(10), end - Self.now)
            _ = wake.wait(timeout: .now() + .nanoseconds(Int(pause.nanoseconds)))
        }
        session?.close()
    }

    private func ask(_ session: inout AdminSession?, _ backoff: inout Backoff) -> News {
        do {
            let open = try session ?? options.openSession()
            session = open
            let value = try options.explaining { try fetch(open) }
            backoff.succeeded()
            return .value(value, at: Self.now)
        } catch let complaint as Complaint where complaint.status == .unreachable {
            session?.close()
            session = nil
            return .away(complaint, nextAttempt: Self.now + backoff.failed())
        } catch {
            return .failed(error)
        }
    }

    private func post(_ news: News) {
        // Nobody takes news for a long time only when the process is stopped: the newest is enough then.
        state.withLock { state in
            if state.news.count >= 16 { state.news.removeFirst() }
            state.news.append(news)
        }
        bell.ring()
    }
}
