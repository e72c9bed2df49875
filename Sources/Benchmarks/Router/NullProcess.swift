internal import Foundation
internal import ModelFormat
internal import ServingTypes
internal import Tokenization
internal import Transport
internal import Wire

/// The process of the null workers of one benchmark, and of the HTTP server that is its baseline.
enum NullProcess {
    /// What it is told, as one JSON argument.
    struct Settings: Codable {
        var routerPort: UInt16
        var cluster: String
        /// Certificates by worker.
        var workers: [Worker]
        var modelPath: String
        /// Seconds between two tokens; 0 for none.
        var tokenInterval: Double

        /// One worker's place in the cluster.
        struct Worker: Codable {
            var name: String
            var isPrefill: Bool
            var authorityPath: String
            var certificatePath: String
            var privateKeyPath: String
        }
    }

    private static let blockTokens = 16
    private static let blockCount = 1 << 20

    /// Starts everything, prints `port N` of the HTTP server, and works until its input ends.
    static func run(_ settings: Settings) throws {
        let model = try NullModel(path: settings.modelPath, blockTokens: blockTokens)
        let server = try InstantServer(model: model.name, tokenInterval: settings.tokenInterval)
        server.start()
        let pairs = NullPairs()
        let workers = try settings.workers.enumerated().map { index, place in
            try start(place, index, settings, model, pairs)
        }
        print("port \(server.port)")
        fflush(nil)
        _ = try FileHandle.standardInput.readToEnd()
        for failure in workers.compactMap(\.failure) { print(failure) }
    }

    private static func start(
        _ place: Settings.Worker,
        _ index: Int,
        _ settings: Settings,
        _ model: NullModel,
        _ pairs: NullPairs
    ) throws -> NullWorker {
        let incarnation = Incarnation(rawValue: .random(in: 1 ... .max))
        var hello = Hello(
            purpose: .control,
            kind: .worker,
            name: place.name,
            incarnation: incarnation,
            cluster: settings.cluster
        )
        hello.modelDigest = model.digest
        hello.layout = model.layout
        hello.numericsClass = "null"
        hello.codecs = [KVCodec.raw.name]
        // Nobody dials it: KV never leaves a null worker.
        hello.listener = Hello.Listener(host: "127.0.0.1", port: UInt16(index + 1))
        let registration = WorkerRegistration(
            address: WorkerAddress(
                worker: WorkerRef(id: WorkerID(rawValue: place.name), incarnation: incarnation),
                host: "127.0.0.1",
                port: UInt16(index + 1)
            ),
            role: place.isPrefill ? .prefill : .decode,
            modelName: model.name,
            contextTokens: model.contextTokens,
            blockCount: blockCount,
            cost: CostCoefficients(),
            maxRunning: 1 << 16
        )
        let identity = try TLSIdentity(
            settings: TLSSettings(
                authorityPath: place.authorityPath,
                certificatePath: place.certificatePath,
                privateKeyPath: place.privateKeyPath
            )
        )
        let worker = NullWorker(
            hello,
            registration,
            pairs: pairs,
            answerTokens: model.answerTokens,
            tokenInterval: .fromSeconds(settings.tokenInterval)
        )
        try worker.start(identity: identity, routerPort: settings.routerPort)
        return worker
    }
}
