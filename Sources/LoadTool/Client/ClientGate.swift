internal import Dispatch
internal import NIOCore
internal import ServingTypes
internal import Synchronization
internal import Workload

/// What the event loops of one run share: how many requests may be in flight, how many are made ahead, and what has
/// become of those that ended.
final class ClientGate: Sendable {
    /// Made ahead at most: enough to hide the time it takes to make a prompt, little enough to fit in memory.
    private static let aheadLimit = (requests: 8_192, bytes: 64 << 20)

    private struct State {
        var inFlight = 0
        /// Due, but above the limit.
        var waiting = CircularBuffer<OutgoingRequest>()
        /// Made and not sent.
        var ahead = (requests: 0, bytes: 0)
        var isFed = false
        var isMakerWaiting = false
        var isStopped = false
        var figures = LiveFigures()
    }

    /// Requests in flight at most.
    let limit: Int
    /// A conversation counts as in flight until it is over: its next turn never waits behind others.
    let keepsPlaces: Bool
    private let state = Mutex(State())
    private let maker = DispatchSemaphore(value: 0)
    private let end = DispatchSemaphore(value: 0)

    init(limit: Int, keepsPlaces: Bool = false) { (self.limit, self.keepsPlaces) = (limit, keepsPlaces) }

    // MARK: For whoever makes requests

    /// Waits until more may be made; `false` when nothing more is wanted.
    func awaitRoom() -> Bool {
        while true {
            let (isStopped, hasRoom) = state.withLock { state in
                let hasRoom = Self.hasRoom(state.ahead)
                state.isMakerWaiting = !hasRoom && !state.isStopped
                return (state.isStopped, hasRoom)
            }
            if isStopped { return false }
            if hasRoom { return true }
            maker.wait()
        }
    }

    /// Counts requests that were made, before a loop has them.
    func made(_ requests: [OutgoingRequest]) {
        let bytes = requests.reduce(0) { $0 + $1.body.readableBytes }
        state.withLock { $0.ahead = ($0.ahead.requests + requests.count, $0.ahead.bytes + bytes) }
    }

    /// Whether enough is made for a run to start.
    var isFull: Bool { state.withLock { !Self.hasRoom($0.ahead) } }

    /// Nothing more will be made.
    func fed() { update { $0.isFed = true } }

    // MARK: For the loops

    /// Whether a request that is due may be sent now; if not, it is sent in the place of one that ends.
    func admit(_ request: OutgoingRequest) -> Bool {
        update { state in
            guard !state.isStopped else {
                Self.forget(request, in: &state)
                return false
            }
            guard request.hasPlace || state.inFlight < limit else {
                state.waiting.append(request)
                return false
            }
            if !request.hasPlace { state.inFlight += 1 }
            Self.take(request, from: &state)
            return true
        }
    }

    /// Counts a request that ended.
    ///
    /// - Parameter following: the next turn of its conversation, which the loop sends when it is due.
    /// - Returns: a request to be sent in its place, if one waits.
    func finished(_ outcome: RequestOutcome, following: OutgoingRequest?) -> OutgoingRequest? {
        update { state in
            state.figures.add(outcome)
            if let following {
                state.ahead.requests += 1
                state.ahead.bytes += following.body.readableBytes
            }
            guard following?.hasPlace != true else { return nil }
            state.inFlight -= 1
            guard state.inFlight < limit, let next = state.waiting.popFirst() else { return nil }
            state.inFlight += 1
            Self.take(next, from: &state)
            return next
        }
    }

    /// Forgets requests that will not be sent.
    func drop(_ requests: [OutgoingRequest]) {
        update { state in
            for request in requests { Self.forget(request, in: &state) }
        }
    }

    // MARK: For whoever waits for the run

    /// What has happened so far.
    var figures: LiveFigures {
        state.withLock { state in
            var figures = state.figures
            figures.inFlight = state.inFlight
            figures.waiting = state.waiting.count
            return figures
        }
    }

    /// Sends nothing more from here on.
    func stop() {
        update { state in
            state.isStopped = true
            state.isFed = true
            while let request = state.waiting.popFirst() { Self.forget(request, in: &state) }
        }
        maker.signal()
    }

    /// Waits until every request has ended; `false` when that takes longer.
    func awaitEnd(_ seconds: Double) -> Bool {
        guard end.wait(timeout: .now() + seconds) == .success else { return false }
        end.signal()  // Whoever asks next learns it too.
        return true
    }

    // MARK: Inside

    private static func hasRoom(_ ahead: (requests: Int, bytes: Int)) -> Bool {
        ahead.requests < aheadLimit.requests && ahead.bytes < aheadLimit.bytes
    }

    private static func take(_ request: OutgoingRequest, from state: inout State) {
        state.ahead.requests -= 1
        state.ahead.bytes -= request.body.readableBytes
    }

    /// A request that will not be sent leaves its place.
    private static func forget(_ request: OutgoingRequest, in state: inout State) {
        take(request, from: &state)
        if request.hasPlace { state.inFlight -= 1 }
    }

    /// Changes the state, then wakes whoever waits for what it became.
    private func update<Result>(_ change: (inout State) -> Result) -> Result {
        let (result, wakesMaker, isEnd) = state.withLock { state in
            let result = change(&state)
            // Half empty: the maker is woken for many at a time.
            let wakes =
                state.isMakerWaiting && state.ahead.requests < Self.aheadLimit.requests / 2
                && state.ahead.bytes < Self.aheadLimit.bytes / 2
            if wakes { state.isMakerWaiting = false }
            let isEnd = state.isFed && state.inFlight == 0 && state.ahead.requests == 0
            return (result, wakes, isEnd)
        }
        if wakesMaker { maker.signal() }
        if isEnd { end.signal() }
        return result
    }
}
