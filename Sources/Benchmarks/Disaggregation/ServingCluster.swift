internal import Foundation
internal import ServingTypes
internal import Transport

/// Real daemons that serve over TLS: a router and its workers on this machine, with certificates of their own.
final class ServingCluster {
    private let folder: BenchFolder
    private let cleanup: BenchGuard
    private let plan: ServingPlan
    private let programs: String?
    private var processes: [BenchProcess] = []
    private var connection: StreamClient?

    /// Starts the daemons and waits until the router serves.
    ///
    /// - Parameter programs: folder of the daemons; `nil` for the one beside this program.
    init(_ plan: ServingPlan, programs: String?) throws {
        self.plan = plan
        self.programs = programs
        folder = try BenchFolder()
        cleanup = try BenchGuard(folder: folder.url)
        do {
            try folder.write(ServingPlan.profile.yaml, to: "profile.yaml")
            try startAll()
        } catch {
            let logs = logs
            stop()
            throw BenchFailure("\(error)\n\(logs)")
        }
    }

    /// Ends everything and removes the folder.
    func stop() {
        for process in processes { process.kill() }
        do {
            try cleanup.finish()
        } catch {
            FileHandle.standardError.write(Data("cannot clean up: \(error)\n".utf8))
        }
    }

    /// Answers a prompt over the client's one connection.
    func answer(_ prompt: [TokenID], tokenCount: Int) throws -> StreamedAnswer {
        guard let connection else { throw BenchFailure("the cluster is not connected") }
        do {
            let request = StreamedAnswer.request(prompt: prompt, tokenCount: tokenCount)
            let (sentAt, events) = try connection.complete(request)
            return try StreamedAnswer.read(sentAt: sentAt, events: events, tokenCount: tokenCount)
        } catch {
            throw BenchFailure("\(error)\n\(logs)")
        }
    }

    private var logs: String { processes.map { "---- \($0.name)\n\($0.tail)" }.joined(separator: "\n") }

    private func startAll() throws {
        try folder.write(plan.routerYAML, to: "router.yaml")
        let router = try start("router", "baton-router", roles: [.router])
        let ports = try listening("router.listening", of: router)
        guard let workerPort = ports["workers"], let clientPort = ports["http"], let port = UInt16(clientPort)
        else { throw BenchFailure("the router does not say where it listens") }
        let address = "127.0.0.1:\(workerPort)"
        switch plan.shape {
        case .single: try startWorker("worker-1", .decode, router: address)
        case .split:
            try startWorker("prefill-1", .prefill, router: address)
            try startWorker("decode-1", .decode, router: address)
        }
        let client = try StreamClient(port: port)
        try Polling.until("the workers register") {
            if let ended = processes.first(where: { !$0.isRunning }) {
                throw BenchFailure("\(ended.name) ended")
            }
            return try client.status(of: "/ready") == 200
        }
        connection = client
    }

    private func startWorker(_ name: String, _ role: PeerRole, router: String) throws {
        try folder.write(plan.workerYAML(name: name, router: router), to: "\(name).yaml")
        _ = try start(name, "baton-\(role.rawValue)-worker", roles: [role])
    }

    private func start(_ name: String, _ program: String, roles: Set<PeerRole>) throws -> BenchProcess {
        _ = try folder.issue(name, roles: roles)
        let path = try Programs.path(program, in: programs)
        let process = try BenchProcess(
            name: name,
            command: [path, "--config", folder.path("\(name).yaml")],
            log: folder.url.appending(path: "\(name).log")
        )
        processes.append(process)
        try cleanup.add(process.identifier)
        return process
    }

    /// The fields of the log line in which a daemon says that it listens.
    private func listening(_ event: String, of process: BenchProcess) throws -> [String: String] {
        var fields: [String: String] = [:]
        try Polling.until("\(process.name) listens") {
            guard process.isRunning else { throw BenchFailure("\(process.name) ended") }
            let lines = process.output.split(separator: "\n")
            guard let line = lines.first(where: { $0.contains("\"\(event)\"") }) else { return false }
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            fields = (object as? [String: Any])?.mapValues { "\($0)" } ?? [:]
            return true
        }
        return fields
    }
}
