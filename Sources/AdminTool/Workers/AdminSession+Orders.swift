internal import DaemonKit
internal import ServingTypes
internal import Wire

extension AdminSession {
    /// Gives an order about a worker.
    func order(
        _ kind: WorkerOrder.Kind,
        worker: String,
        isForced: Bool = false
    ) throws -> WorkerOrderReply {
        let order = WorkerOrder(kind, worker: WorkerID(rawValue: worker), isForced: isForced)
        let reply = try ask(.workerOrder(order))
        guard case .workerOrderReply(let answer) = reply else { throw UnexpectedReply(reply) }
        if let failure = answer.failure { throw failure }
        return answer
    }
}
