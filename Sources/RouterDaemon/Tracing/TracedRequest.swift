internal import Observability
internal import ServingCore
internal import ServingTypes
internal import Synchronization

/// A request whose trace is kept, while it is answered: collects its times.
///
/// It is complete when its answer has ended and the cluster has said what became of each of its choices;
/// then, or when nobody holds it any more, its timeline is handed on.
final class TracedRequest: Sendable {
    private struct State {
        var timeline: RequestTimeline
        /// Choices whose records are awaited.
        var openChoices = 0
        var isStream = false
        var isHandedOn = false
    }

    private let state: Mutex<State>
    private let onEnd: @Sendable (RequestTimeline) -> Void

    /// - Parameter onEnd: called once; must not wait.
    init(_ timeline: RequestTimeline, onEnd: @escaping @Sendable (RequestTimeline) -> Void) {
        state = Mutex(State(timeline: timeline))
        self.onEnd = onEnd
    }

    deinit {
        let rest = state.withLock { $0.isHandedOn ? nil : $0.timeline }
        if let rest { onEnd(rest) }
    }

    /// The trace, for logs.
    var traceID: TraceID { state.withLock { $0.timeline.context.traceID } }

    /// Adds what is known now.
    func note(_ change: (inout RequestTimeline) -> Void) { state.withLock { change(&$0.timeline) } }

    /// Notes that a choice was given to the cluster, whose record will come.
    func begin() { state.withLock { $0.openChoices += 1 } }

    /// Takes the record of a choice that was begun.
    func add(_ record: RequestRecord) {
        change { state in
            state.timeline.records.append(record)
            state.openChoices -= 1
        }
    }

    /// Notes that the answer is sent as it is produced: ``end(now:)`` is called by whoever sends it.
    func stream(now: Timestamp) {
        state.withLock { state in
            state.isStream = true
            state.timeline.streamedAt = now
        }
    }

    /// Notes the status of the answer, which is the end of it unless it is streamed.
    func answer(status: Int, now: Timestamp) {
        change { state in
            state.timeline.status = status
            if !state.isStream { state.timeline.endedAt = now }
        }
    }

    /// Ends a streamed answer; nothing happens after the first end, or when the answer is not streamed.
    func end(now: Timestamp) {
        change { state in
            guard state.isStream else { return }
            state.timeline.endedAt = state.timeline.endedAt ?? now
        }
    }

    private func change(_ change: (inout State) -> Void) {
        let complete = state.withLock { state -> RequestTimeline? in
            change(&state)
            guard state.timeline.endedAt != nil, state.openChoices == 0, !state.isHandedOn else { return nil }
            state.isHandedOn = true
            return state.timeline
        }
        if let complete { onEnd(complete) }
    }
}

extension TracedRequest: Hashable {
    static func == (left: TracedRequest, right: TracedRequest) -> Bool { left === right }
    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
