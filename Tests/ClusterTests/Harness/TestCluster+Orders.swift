import ServingTypes
import Wire

/// Orders of an operator.
extension TestCluster {
    /// Drains a worker, or lets it take work again; the answer says how far that is.
    func drain(_ worker: String, isResume: Bool = false) throws -> DrainReply {
        let request = DrainRequest(worker: WorkerID(rawValue: worker), isResume: isResume)
        guard case .drainReply(let reply) = try ask(.drainRequest(request)) else {
            throw ClusterError("the router did not answer a drain order")
        }
        return reply
    }

    /// Gives another order about a worker.
    func order(
        _ kind: WorkerOrder.Kind,
        _ worker: String,
        isForced: Bool = false
    ) throws -> WorkerOrderReply {
        let order = WorkerOrder(kind, worker: WorkerID(rawValue: worker), isForced: isForced)
        guard case .workerOrderReply(let reply) = try ask(.workerOrder(order)) else {
            throw ClusterError("the router did not answer an order about \(worker)")
        }
        return reply
    }
}
