internal import DaemonKit
internal import ServingTypes
internal import Synchronization
internal import Transport
internal import Wire

/// What a router asks for an operator.
extension WorkerNode {
    /// Answers a router's question about this worker's settings, in the order in which questions come.
    func askDesk(_ request: DocumentRequest, on link: ConnectionID) {
        let answer: @Sendable (Result<String, ServingError>) -> Void = { [hub] result in
            hub.send(.documentReply(DocumentReply(result)), on: link)
        }
        guard let desk = desk.withLock({ $0 }) else {
            answer(.failure(ServingError(.noCapacity, "this worker is still starting: ask again")))
            return
        }
        switch request.kind {
        case .config: desk.config(answer)
        case .reload: desk.reload(answer)
        default: answer(.failure(ServingError(.badRequest, "a worker has no such document: ask the router")))
        }
    }
}
