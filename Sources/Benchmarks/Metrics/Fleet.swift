internal import Glibc
internal import ServingTypes
internal import Synchronization
internal import Transport
internal import Wire

/// A thousand workers in this process, each with a certificate and a link of its own.
final class Fleet: Sendable {
    private static let blockTokens = 16
    private static let blockCount = 4_096

    private let workers: [FleetWorker]

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
            let place = Self.place(names[index], index, model)
            let identity = try TLSIdentity(
                settings: try folder.issue(names[index].rawValue, roles: [.decode])
            )
            let worker = FleetWorker(
                place.hello,
                place.registration,
                peers: peers,
                pace: pace,
                ledger: ledger
            )
            try worker.start(identity: identity, routerPort: routerPort)
            return worker
        }
    }

    /// Lets the workers report in turn, one per call.
    func report(_ turn: Int) { workers[turn % workers.count].report() }

    /// Why some link is gone, if one is.
    var failure: String? { workers.lazy.compactMap(\.failure).first }

    func stop() { for worker in workers { worker.stop() } }

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

    private static func place(
        _ name: WorkerID,
        _ index: Int,
        _ model: NullModel
    ) -> (hello: Hello, registration: WorkerRegistration) {
        let incarnation = Incarnation(rawValue: .random(in: 1 ... .max))
        var hello = Hello(
            purpose: .control,
            kind: .worker,
            name: name.rawValue,
            incarnation: incarnation,
            cluster: BenchFolder.cluster
        )
        hello.modelDigest = model.digest
        hello.layout = model.layout
        hello.numericsClass = "null"
        hello.codecs = [KVCodec.raw.name]
        // Nobody dials it: KV never leaves such a worker.
        hello.listener = Hello.Listener(host: "127.0.0.1", port: UInt16(index + 1))
        let registration = WorkerRegistration(
            address: WorkerAddress(
                worker: WorkerRef(id: name, incarnation: incarnation),
                host: "127.0.0.1",
                port: UInt16(index + 1)
            ),
            role: .decode,
            modelName: model.name,
            contextTokens: model.contextTokens,
            blockCount: blockCount,
            cost: CostCoefficients(),
            maxRunning: 1 << 10
        )
        return (hello, registration)
    }
}
