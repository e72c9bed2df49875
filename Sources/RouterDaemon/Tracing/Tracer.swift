internal import DaemonKit
internal import HTTPTypes
internal import Observability
internal import ServingTypes
internal import Transport

/// Decides which requests are traced, and places them in their callers' traces.
struct Tracer: Sendable {
    /// A request's place in a trace, and its timeline if the trace is kept.
    struct Arrival: Sendable {
        var context: TraceContext
        var request: TracedRequest?
    }

    private let sampling: TraceSampling
    private let queue: TraceQueue

    /// - Parameter queue: where finished requests go.
    init(sampler: TraceSampler, queue: TraceQueue) {
        sampling = TraceSampling(sampler)
        self.queue = queue
    }

    /// Goes on with another share of traces that begin here.
    func update(sampleRatio: Double) { sampling.current = TraceSampler(ratio: sampleRatio) }

    /// Begins a request: the caller's word on sampling counts, and without a valid one the sampler's.
    func begin(_ headers: HTTPFields, path: String, caller: Caller) -> Arrival {
        var random = SystemRandomNumberGenerator()
        let parent = Self.context(of: headers)
        var context = parent ?? newTrace(&random)
        context.spanID = SpanID(using: &random)
        guard context.isSampled else { return Arrival(context: context) }
        let timeline = RequestTimeline(
            context: context,
            parent: parent?.spanID,
            unixArrival: WallClock.unixNanoseconds,
            arrivedAt: MonotonicClock.now,
            path: path,
            requestID: caller.requestID,
            tenant: caller.tenant
        )
        queue.begin()
        return Arrival(context: context, request: TracedRequest(timeline) { [queue] in queue.add($0) })
    }

    /// What the headers say; `nil` unless there is exactly one valid `traceparent`.
    private static func context(of headers: HTTPFields) -> TraceContext? {
        // Two headers are joined by a comma, which no valid one holds.
        headers[.traceParent].flatMap {
            TraceContext(traceparent: $0, tracestate: headers[.traceState] ?? "")
        }
    }

    private func newTrace(_ random: inout SystemRandomNumberGenerator) -> TraceContext {
        let trace = TraceID(using: &random)
        return TraceContext(
            traceID: trace,
            spanID: SpanID(using: &random),
            isSampled: sampling.current.keeps(trace),
            isRandom: true
        )
    }
}

extension HTTPField.Name {
    /// `traceparent`: the caller's span, and in answers ours.
    static let traceParent: HTTPField.Name = {
        guard let name = HTTPField.Name("traceparent") else { preconditionFailure("not a header name") }
        return name
    }()

    /// `tracestate`: what tracing systems pass along.
    static let traceState: HTTPField.Name = {
        guard let name = HTTPField.Name("tracestate") else { preconditionFailure("not a header name") }
        return name
    }()
}
