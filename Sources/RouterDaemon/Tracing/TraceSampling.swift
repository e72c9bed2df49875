internal import Observability
internal import Synchronization

/// Which traces are kept that begin here; may change while requests come.
final class TraceSampling: Sendable {
    private let state: Mutex<TraceSampler>

    init(_ sampler: TraceSampler) { state = Mutex(sampler) }

    var current: TraceSampler {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
