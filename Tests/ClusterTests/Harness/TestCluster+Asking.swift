import DaemonKit
import Foundation
import ServingTypes
import Testing
import Wire

/// What a cluster tells about itself.
extension TestCluster {
    /// A client of the OpenAI-style API.
    var client: HTTPClient {
        get throws { HTTPClient(port: try router.port("http")) }
    }

    /// A daemon's metrics as they are now.
    func metrics(of daemon: Daemon) throws -> MetricsPage {
        let response = try HTTPClient(port: try daemon.port("admin")).send("GET", "/metrics")
        guard response.status == 200 else { throw ClusterError("/metrics of \(daemon.name): \(response)") }
        return MetricsPage(String(decoding: response.body, as: UTF8.self))
    }

    /// Every connected worker as the router sees it.
    func connectedWorkers() throws -> [ClusterDocument.Worker] {
        try document(.cluster, ClusterDocument.self).workers.filter { $0.state != .dead }
    }

    /// What was decided for a request and came of it, by the name that its client gave it.
    func decision(_ name: String) throws -> DecisionDocument {
        guard case .decision(.known(let text)) = try ask(.requestQuery(name)) else {
            throw ClusterError("the router did not answer with a decision about \(name)")
        }
        return try JSONDecoder().decode(DecisionDocument.self, from: Data(text.utf8))
    }

    /// The decision about a request that has ended and whose workers have reported.
    func finishedDecision(_ name: String) throws -> DecisionDocument {
        try Polling.value("the reports of request \(name) are complete") {
            let decision = try decision(name)
            let isReported = decision.attempts.allSatisfy { attempt in
                attempt.decodeReport != nil
                    && (attempt.chosen.prefill == nil || attempt.prefillReport != nil)
            }
            return decision.state == .finished && isReported ? decision : nil
        }
    }

    /// Orders a worker to take a role; the answer says how far that is.
    func order(_ worker: String, to role: WorkerRole) throws -> RoleAnswer {
        let request = RoleRequest(worker: WorkerID(rawValue: worker), role: role)
        guard case .roleReply(let reply) = try ask(.roleRequest(request)) else {
            throw ClusterError("the router did not answer an order to change a role")
        }
        return reply.answer
    }

    /// Waits until a worker has a role and takes its work.
    func waitUntil(_ worker: String, is role: WorkerRole) throws {
        try Polling.until("\(worker) is a \(role.name) worker") {
            try connectedWorkers().contains { status in
                status.name == worker && status.role == role.name && !status.isDraining
            }
        }
    }

    /// How the pools stand.
    func pools() throws -> PoolsDocument { try document(.pools, PoolsDocument.self) }

    func ask(_ question: Message) throws -> Message {
        let peer = try WirePeer(port: try router.port("workers"))
        guard peer.handshake(try issue("admin", roles: [.admin])) else {
            throw ClusterError("the router refused the admin certificate")
        }
        let hello = Hello(
            purpose: .admin,
            kind: .admin,
            name: "admin",
            incarnation: Incarnation(rawValue: 1),
            cluster: Self.name
        )
        try peer.send(.hello(hello))
        try peer.send(question)
        while let message = try peer.receive() {
            switch message {
            case .hello, .heartbeat: continue
            default: return message
            }
        }
        throw ClusterError("the router closed the admin connection")
    }

    /// Waits until no running worker holds or owes anything, as its metrics and the router say.
    func waitUntilIdle() throws {
        let running = workers.filter(\.isRunning)
        for worker in running {
            for state in ["running", "reserved", "leased", "quarantined"] {
                try Polling.until("\(worker.name) has no \(state) block") {
                    try metrics(of: worker).value("baton_kv_blocks", ["state": state]) == 0
                }
            }
        }
        try Polling.until("the router sees no request and no block in use") {
            let cluster = try document(.cluster, ClusterDocument.self)
            let connected = cluster.workers.filter { $0.state != .dead }
            let isIdle = connected.allSatisfy { worker in
                worker.waiting == 0 && worker.running == 0 && worker.blocksUsed == 0
            }
            return isIdle && cluster.requestsInFlight == 0 && connected.count == running.count
        }
    }

    /// The one worker of a role that computes now.
    func busyWorker(_ role: WorkerRole) throws -> Daemon {
        let name = try Polling.value("a \(role) worker computes") {
            try connectedWorkers().first { $0.role == role.name && $0.running > 0 }?.name
        }
        return try worker(name)
    }
}
