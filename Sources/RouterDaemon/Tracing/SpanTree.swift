internal import Observability
internal import ServingTypes

/// Collects the spans of one request; each lies within its parent.
struct SpanTree {
    /// A moment's neighbourhood on the router's clock.
    struct Window {
        var start: Timestamp
        var end: Timestamp

        /// The part of a window that is not before `start` or after `end`; at least an instant of this one.
        func clamped(_ start: Timestamp, _ end: Timestamp) -> Window {
            let first = min(max(start, self.start), self.end)
            return Window(start: first, end: min(max(end, first), self.end))
        }
    }

    /// A span that others can be put into.
    struct Node {
        let id: SpanID
        let window: Window
    }

    private(set) var spans: [Span] = []
    private let context: TraceContext
    private let arrivedAt: Timestamp
    private let unixArrival: Int64
    /// Identities follow from the request's own, so that equal timelines make equal spans.
    private var ids: SplitMix64

    init(_ timeline: RequestTimeline) {
        context = timeline.context
        arrivedAt = timeline.arrivedAt
        unixArrival = timeline.unixArrival
        ids = SplitMix64(seed: timeline.context.spanID.rawValue)
    }

    /// The request's own span, which is the first.
    mutating func root(_ name: String, parent: SpanID?, _ window: Window) -> Node {
        var span = span(name, id: context.spanID, parent: parent, window)
        span.kind = .server
        span.hasRemoteParent = parent != nil
        spans.append(span)
        return Node(id: context.spanID, window: window)
    }

    /// A stage inside another, cut off where it would reach beyond.
    @discardableResult
    mutating func add(
        _ name: String,
        in parent: Node,
        from start: Timestamp,
        to end: Timestamp,
        _ attributes: [SpanAttribute] = [],
        failure: ServingError? = nil
    ) -> Node {
        let window = parent.window.clamped(start, end)
        let id = SpanID(using: &ids)
        var span = span(name, id: id, parent: parent.id, window)
        span.attributes = attributes
        if let failure {
            span.attributes.append(SpanAttribute("error.type", failure.code.name))
            span.failure = failure.message
        }
        spans.append(span)
        return Node(id: id, window: window)
    }

    /// Changes the request's own span.
    mutating func updateRoot(_ change: (inout Span) -> Void) { change(&spans[0]) }

    private func span(_ name: String, id: SpanID, parent: SpanID?, _ window: Window) -> Span {
        var own = context
        own.spanID = id
        return Span(
            name: name,
            context: own,
            parent: parent,
            start: unixArrival + (window.start - arrivedAt).nanoseconds,
            end: unixArrival + (window.end - arrivedAt).nanoseconds
        )
    }
}
