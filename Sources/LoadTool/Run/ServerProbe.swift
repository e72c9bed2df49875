internal import Foundation
internal import NIOCore

/// What is asked of a server before a run: where it listens, and which model it serves.
struct ServerProbe {
    let server: ServerAddress
    let endpoint: String
    let headers: [(String, String)]
    let trust: ServerTrust
    let limits: ClientLimits
    /// How long to go on trying while nobody listens.
    let patience: Double

    private static let pause = 0.25

    /// The first of the host's addresses on which somebody listens.
    ///
    /// - Throws: ``LoadToolError`` when there is none in time.
    func target() throws -> ClientTarget {
        let addresses = try ClientTarget.resolve(server)
        let deadline = Date(timeIntervalSinceNow: patience)
        while true {
            var failure: ClientFailure?
            for address in addresses {
                let target = try target(at: address)
                do {
                    _ = try HTTPFetch.get("/v1/models", from: target, limits: limits)
                    return target
                } catch let error as ClientFailure {
                    failure = failure ?? error
                }
            }
            guard Date() < deadline else {
                throw LoadToolError.notReady("\(server)", failure?.description ?? "it has no address")
            }
            Thread.sleep(forTimeInterval: Self.pause)
        }
    }

    /// The first model that the server names.
    func model(_ target: ClientTarget) throws -> String {
        struct Models: Decodable {
            struct Model: Decodable { var id: String }
            var data: [Model]
        }
        let answer = try HTTPFetch.get("/v1/models", from: target, limits: limits)
        let path = "\(server)/v1/models"
        guard answer.status == 200 else {
            throw LoadToolError.notReady(path, "it answers \(answer.status); name the model with --model")
        }
        let models = try? JSONDecoder().decode(Models.self, from: Data(answer.body.utf8))
        guard let model = models?.data.first?.id else {
            throw LoadToolError.notReady(path, "it names no model; name one with --model")
        }
        return model
    }

    private func target(at address: SocketAddress) throws(LoadToolError) -> ClientTarget {
        try ClientTarget(
            server: server,
            socketAddress: address,
            endpoint: endpoint,
            headers: headers,
            trust: trust
        )
    }
}
