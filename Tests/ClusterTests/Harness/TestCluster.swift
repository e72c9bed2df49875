import Foundation
import Testing
import Transport
import Wire

/// Real daemons on loopback with certificates of their own; gone when the test ends, however it ends.
final class TestCluster {
    /// Name of the cluster in every certificate.
    static let name = "lab"

    let folder: URL
    let plan: ClusterPlan
    let router: Daemon
    private(set) var workers: [Daemon] = []
    private let authority: CertificateAuthority
    private let processGuard: ProcessGuard

    /// Starts a cluster, runs `body` on it, and ends every process; a failure is reported with all logs.
    static func run(_ plan: ClusterPlan, _ body: (TestCluster) throws -> Void) throws {
        let cluster = try TestCluster(plan)
        defer { cluster.end() }
        do {
            try cluster.start()
            try body(cluster)
        } catch {
            let logs = ([cluster.router] + cluster.workers).map(\.logTail).joined(separator: "\n")
            Issue.record("\(error)\n\(logs)")
            return
        }
        for daemon in [cluster.router] + cluster.workers {
            guard let end = daemon.unexpectedEnd else { continue }
            Issue.record("\(daemon.name) ended by itself: \(end)\n\(daemon.logTail)")
        }
    }

    private init(_ plan: ClusterPlan) throws {
        self.plan = plan
        let temporary = FileManager.default.temporaryDirectory
        folder = temporary.appending(path: "baton-cluster-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        authority = try CertificateAuthority.create(cluster: Self.name, days: 2)
        try Data(try authority.exported().certificatePEM.utf8).write(to: folder.appending(path: "ca.pem"))
        processGuard = try ProcessGuard()
        router = Daemon(.router, name: "router", folder: folder, processGuard: processGuard)
        for number in 0..<plan.prefillCount { addWorker(.prefill, "prefill-\(number + 1)") }
        for number in 0..<plan.decodeCount { addWorker(.decode, "decode-\(number + 1)") }
    }

    private func start() throws {
        try issue("admin", roles: [.admin])
        try issue("router", roles: [.router])
        try write(routerSettings.merging(plan.router) { $1 }, for: router)
        if case .paced(let pace) = plan.engine {
            try Data(pace.yaml.utf8).write(to: folder.appending(path: "profile.yaml"))
        }
        try router.start()
        try router.waitUntilListening()
        for worker in workers { try start(worker) }
        try waitUntilReady()
    }

    /// Ends what still runs; the folder stays only if it cannot be removed.
    private func end() {
        for daemon in workers + [router] where daemon.isRunning {
            // A process that outlives SIGKILL is the system's affair.
            _ = try? daemon.kill()
        }
        try? FileManager.default.removeItem(at: folder)
    }

    // MARK: Daemons

    /// Adds a worker that is not started yet.
    @discardableResult
    func addWorker(_ kind: Daemon.Kind, _ name: String) -> Daemon {
        let worker = Daemon(kind, name: name, folder: folder, processGuard: processGuard)
        workers.append(worker)
        return worker
    }

    /// Starts a worker with the plan's settings and these over them.
    func start(_ worker: Daemon, _ settings: [String: String] = [:]) throws {
        let roles: Set<PeerRole> = worker.kind == .prefill ? [.prefill] : [.decode]
        try issue(worker.name, roles: plan.permitsBothRoles ? [.prefill, .decode] : roles)
        let all = try workerSettings(worker.name).merging(plan.workers) { $1 }.merging(settings) { $1 }
        try write(all, for: worker)
        try worker.start()
        try worker.waitUntilListening()
    }

    func worker(_ name: String) throws -> Daemon {
        guard let worker = workers.first(where: { $0.name == name }) else {
            throw ClusterError("no worker \(name)")
        }
        return worker
    }

    /// Waits until every running worker is registered and the router takes requests.
    func waitUntilReady() throws {
        let expected = Set(workers.filter(\.isRunning).map(\.name))
        try Polling.until("the router knows \(expected.sorted()) and is ready") {
            let known = try connectedWorkers().map(\.name)
            guard Set(known) == expected else { return false }
            return try client.send("GET", "/ready").status == 200
        }
    }

    // MARK: Files

    /// Issues a certificate of this cluster, unless it exists; the files are NAME.pem and NAME-key.pem.
    @discardableResult
    func issue(
        _ name: String,
        roles: Set<PeerRole>,
        by other: CertificateAuthority? = nil
    ) throws -> TLSSettings {
        let settings = TLSSettings(
            authorityPath: path("ca.pem"),
            certificatePath: path("\(name).pem"),
            privateKeyPath: path("\(name)-key.pem")
        )
        guard !FileManager.default.fileExists(atPath: settings.certificatePath) else { return settings }
        let identity = try PeerIdentity(cluster: Self.name, name: name, roles: roles)
        try (other ?? authority).issue(identity, days: 1)
            .write(certificatePath: settings.certificatePath, privateKeyPath: settings.privateKeyPath)
        return settings
    }

    /// Puts the authority's key beside its certificate, for commands that issue.
    func writeAuthorityKey() throws {
        try authority.exported().write(
            certificatePath: path("ca.pem"),
            privateKeyPath: path("ca-key.pem"),
            isOverwriting: true
        )
    }

    func path(_ file: String) -> String { folder.appending(path: file).path }

    func write(_ settings: [String: String], for daemon: Daemon) throws {
        try Data(SettingsText.yaml(settings).utf8).write(to: URL(fileURLWithPath: daemon.settingsPath))
    }

    var routerSettings: [String: String] {
        [
            "name": "router", "cluster": Self.name, "listen": "127.0.0.1:0", "http.listen": "127.0.0.1:0",
            "admin.listen": "127.0.0.1:0", "model.vocabulary": Products.model, "log.format": "json",
            "tls.ca": "ca.pem", "tls.certificate": "router.pem", "tls.key": "router-key.pem",
        ]
    }

    func workerSettings(_ name: String) throws -> [String: String] {
        var settings = [
            "name": name, "cluster": Self.name, "routers": "[\"127.0.0.1:\(try router.port("workers"))\"]",
            "listen": "127.0.0.1:0", "admin.listen": "127.0.0.1:0", "log.format": "json",
            "kv_cache.memory": "64MiB", "engine.model": Products.model, "tls.ca": "ca.pem",
            "tls.certificate": "\(name).pem", "tls.key": "\(name)-key.pem",
        ]
        switch plan.engine {
        case .cpu:
            settings["engine.kind"] = "cpu"
        case .paced:
            settings["engine.kind"] = "paced"
            settings["engine.profile"] = "profile.yaml"
        }
        return settings
    }
}
