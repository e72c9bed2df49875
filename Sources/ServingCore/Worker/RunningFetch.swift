import ServingTypes

/// Leading blocks of a prompt on their way from a worker that has them cached.
///
/// ```
/// asked ──offer──▶ receiving ──every cell landed──▶ over: the rest is computed
///   └───────────────────┴── abort, time, loss ─────▶ over: what has landed is used
/// ```
struct RunningFetch: Sendable {
    let source: WorkerAddress
    let request: KVFetch
    let startedAt: Timestamp
    /// When it is given up unless there is a sign of life.
    var deadline: Timestamp
    /// When the request is repeated, while there is no answer.
    var renewAt: Timestamp?
    /// There once the source has said what it has.
    var receiver: ReceiveTransfer?
}
