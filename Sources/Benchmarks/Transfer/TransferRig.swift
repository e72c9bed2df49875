internal import Foundation
internal import ServingTypes
internal import Transport

/// Real worker daemons, their certificates and network, and the benchmark as their router.
final class TransferRig {
    let folder: BenchFolder
    let endpoint: RouterEndpoint
    let network: any BenchNetwork
    private(set) var pairs: [WorkerPair] = []
    private let cleanup: BenchGuard
    private var processes: [BenchProcess] = []

    /// Starts pairs of workers and waits until all are registered.
    ///
    /// - Parameters:
    ///   - programs: folder of the worker programs; `nil` for the one beside this program.
    init(_ plan: WorkerPlan, pairCount: Int = 1, network: any BenchNetwork, programs: String?) throws {
        self.network = network
        folder = try BenchFolder()
        cleanup = try BenchGuard(folder: folder.url)
        endpoint = RouterEndpoint(cluster: BenchFolder.cluster, name: "router")
        let identity = try TLSIdentity(settings: try folder.issue("router", roles: [.router]))
        let port = try endpoint.start(identity: identity, host: network.routerHost)
        try folder.write(plan.profile.yaml, to: "profile.yaml")
        let router = "\(network.routerHost):\(port)"
        do {
            for number in 1...pairCount {
                for role in [PeerRole.prefill, .decode] {
                    try start("\(role.rawValue)-\(number)", role, plan, router: router, programs: programs)
                }
            }
            try awaitRegistrations(pairCount: pairCount)
        } catch {
            stop()
            throw BenchFailure("\(error)\n\(processes.map(\.tail).joined(separator: "\n"))")
        }
    }

    /// Ends everything and removes the folder.
    func stop() {
        for process in processes { process.kill() }
        endpoint.stop()
        do {
            try cleanup.finish()
        } catch {
            FileHandle.standardError.write(Data("cannot clean up: \(error)\n".utf8))
        }
    }

    /// Starts one more process of this rig, which ends with it.
    func launch(_ name: String, _ command: [String], on host: BenchHost) throws -> BenchProcess {
        let log = folder.url.appending(path: "\(name)-\(processes.count).log")
        let process = try BenchProcess(name: name, command: network.command(command), log: log)
        processes.append(process)
        try cleanup.add(process.identifier)
        try network.connect(process, as: host)
        return process
    }

    /// Forgets a process that has ended.
    func retire(_ process: BenchProcess) throws {
        process.kill()
        try cleanup.drop(process.identifier)
        processes.removeAll { $0 === process }
    }

    /// What the workers said last, for a person who reads why a benchmark failed.
    var logs: String { processes.map { "---- \($0.name)\n\($0.tail)" }.joined(separator: "\n") }

    private func start(
        _ name: String,
        _ role: PeerRole,
        _ plan: WorkerPlan,
        router: String,
        programs: String?
    ) throws {
        _ = try folder.issue(name, roles: [role])
        let host = network.newHost(role == .prefill ? .sending : .receiving)
        try folder.write(plan.yaml(name: name, host: host.address, router: router), to: "\(name).yaml")
        let program = try Programs.path("baton-\(role.rawValue)-worker", in: programs)
        _ = try launch(name, [program, "--config", folder.path("\(name).yaml")], on: host)
    }

    private func awaitRegistrations(pairCount: Int) throws {
        var registrations: [String: WorkerRegistration] = [:]
        let deadline = MonotonicClock.now + .seconds(30)
        while registrations.count < 2 * pairCount {
            guard MonotonicClock.now < deadline else { throw BenchFailure("the workers did not register") }
            for event in endpoint.events(until: deadline) {
                switch event {
                case .registered(let registration):
                    registrations[registration.address.worker.id.rawValue] = registration
                case .lost(let worker, let reason): throw BenchFailure("lost \(worker): \(reason)")
                case .answered, .tokens, .ended, .echoed: continue
                }
            }
        }
        pairs = try (1...pairCount).map { number in
            WorkerPair(
                prefill: try worker("prefill-\(number)", registrations),
                decode: try worker("decode-\(number)", registrations)
            )
        }
    }

    private func worker(_ name: String, _ registrations: [String: WorkerRegistration]) throws -> BenchWorker {
        guard let registration = registrations[name],
            let process = processes.first(where: { $0.name == name })
        else { throw BenchFailure("\(name) did not register") }
        return BenchWorker(name: name, address: registration.address, process: process)
    }
}
