/// One stage of a request in a distributed trace, with its beginning and end.
///
/// A span is a value that is made from what is known of a finished request. Code is not instrumented with
/// swift-distributed-tracing's `withSpan`, because more than half of the stages happen in other processes,
/// which report durations, and because a request then pays for a few noted times only: spans are built and
/// encoded elsewhere, and a pure function from timeline to spans can be tested with tables.
public struct Span: Hashable, Sendable {
    /// Who is at the other end; the values are OTLP's.
    public enum Kind: Int, Sendable {
        /// A stage inside the process or the cluster.
        case `internal` = 1
        /// The answer to a remote caller.
        case server = 2
    }

    /// What kind of stage it is: one of few names.
    public var name: String
    /// Who is at the other end.
    public var kind = Kind.internal
    /// The trace and the span itself, with the flags and state that came with the trace.
    public var context: TraceContext
    /// The enclosing span; `nil` where the trace begins.
    public var parent: SpanID?
    /// Whether the parent belongs to another process.
    public var hasRemoteParent = false
    /// Beginning, in nanoseconds since 1970.
    public var start: Int64
    /// End, in nanoseconds since 1970; not before `start`.
    public var end: Int64
    /// What is known of the stage.
    public var attributes: [SpanAttribute] = []
    /// Why it failed, for a person; `nil` unless it did.
    public var failure: String?

    /// Describes a stage.
    public init(name: String, context: TraceContext, parent: SpanID?, start: Int64, end: Int64) {
        self.name = name
        self.context = context
        self.parent = parent
        self.start = start
        self.end = end
    }
}
