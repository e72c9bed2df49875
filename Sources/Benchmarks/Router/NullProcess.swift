internal import Foundation
internal import ModelFormat
internal import ServingTypes
internal import Tokenization
internal import Transport

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
        let links = try settings.workers.enumerated().map { index, place in
            try start(place, index, settings, model, pairs)
        }
        print("port \(server.port)")
        fflush(nil)
        _ = try FileHandle.standardInput.readToEnd()
        for failure in links.compactMap(\.failure) { print(failure) }
    }

    private static func start(
        _ place: Settings.Worker,
        _ index: Int,
        _ settings: Settings,
        _ model: NullModel,
        _ pairs: NullPairs
    ) throws -> StandInLink {
        let nullPlace = NullPlace(
            place.name,
            index: index,
            role: place.isPrefill ? .prefill : .decode,
            cluster: settings.cluster,
            model: model,
            blockCount: blockCount,
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
            nullPlace.registration,
            pairs: pairs,
            answerTokens: model.answerTokens,
            tokenInterval: .fromSeconds(settings.tokenInterval)
        )
        let link = worker.link(nullPlace.hello)
        try link.start(identity: identity, routerPort: settings.routerPort)
        return link
    }
}
