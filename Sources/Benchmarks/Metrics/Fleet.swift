internal import Glibc
internal import ServingTypes
internal import Synchronization
internal import Transport

/// A thousand workers in this process, each with a certificate and a link of its own.
final class Fleet: Sendable {
    private static let blockTokens = 16
    private static let blockCount = 4_096

    private let workers: [(FleetWorker, StandInLink)]

    /// Issues the certificates and connects everybody.
    ///
    /// - Parameter pathCount: workers to which each reports a path.
    init(
        count: Int,
        pathCount: Int,
        modelPath: String,
        routerPort: UInt16,
        folder: BenchFolder,
        interval: Duration,
        ledger: TokenLedger
    ) throws {
        let model = try NullModel(path: modelPath, blockTokens: Self.blockTokens)
        let pace = FleetPace(interval: interval, tokens: model.answerTokens)
        let names = (0..<count).map { WorkerID(rawValue: "worker-\($0)") }
        workers = try names.indices.map { index in
            let peers = (1...pathCount).map { names[(index + $0 * 7) % count] }.filter { $0 != names[index] }
            let place = NullPlace(
                names[index].rawValue,
                index: index,
                role: .decode,
                cluster: BenchFolder.cluster,
                model: model,
                blockCount: Self.blockCount,
                maxRunning: 1 << 10
            )
            let identity = try TLSIdentity(
                settings: try folder.issue(names[index].rawValue, roles: [.decode])
            )
            let worker = FleetWorker(place.registration, peers: peers, pace: pace, ledger: ledger)
            let link = worker.link(place.hello)
            try link.start(identity: identity, routerPort: routerPort)
            return (worker, link)
        }
    }

    /// Lets the workers report in turn, one per call.
    func report(_ turn: Int) {
        let (worker, link) = workers[turn % workers.count]
        worker.report(on: link)
    }

    /// Why some link is gone, if one is.
    var failure: String? { workers.lazy.compactMap(\.1.failure).first }

    func stop() { for (_, link) in workers { link.stop() } }

    /// Lets this process and those that it starts have enough descriptors for the fleet.
    static func raiseDescriptorLimit() throws(BenchFailure) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw BenchFailure("getrlimit: \(String(cString: strerror(errno)))")
        }
        limit.rlim_cur = limit.rlim_max
        guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw BenchFailure("setrlimit: \(String(cString: strerror(errno)))")
        }
    }
}
