internal import ServingTypes
internal import Synchronization
internal import Transport

/// When tokens left their worker, and how long each took to its client: both ends are in this process.
final class TokenLedger: Sendable {
    private struct State {
        /// Per stream, by index.
        var sent: [[Timestamp]]
        var received: [Int]
        var delays: [Double] = []
    }

    private let state: Mutex<State>

    init(streams: Int) {
        state = Mutex(
            State(sent: Array(repeating: [], count: streams), received: Array(repeating: 0, count: streams))
        )
    }

    /// The next token of a stream leaves its worker.
    func send(_ stream: Int) {
        state.withLock { $0.sent[stream].append(MonotonicClock.now) }
    }

    /// A client has all tokens of a stream before `count`.
    func receive(_ stream: Int, through count: Int) {
        let now = MonotonicClock.now
        state.withLock { state in
            let known = state.received[stream]
            guard count > known, count <= state.sent[stream].count else { return }
            for sent in state.sent[stream][known..<count] { state.delays.append((now - sent).inSeconds) }
            state.received[stream] = count
        }
    }

    /// Delays since the last call, in seconds; every stream starts again.
    func takeDelays() -> [Double] {
        state.withLock { state in
            defer {
                state.delays = []
                for stream in state.sent.indices { (state.sent[stream], state.received[stream]) = ([], 0) }
            }
            return state.delays
        }
    }
}
