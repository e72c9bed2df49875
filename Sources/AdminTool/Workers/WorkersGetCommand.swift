internal import ArgumentParser
internal import DaemonKit
internal import ServingTypes
internal import Wire

/// `batonctl workers get`: all that is known of one worker.
struct WorkersGetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show all that is known of one worker.",
        usage: "batonctl workers get <worker> [-o json|yaml] [-w [SECONDS]]"
    )

    @Argument(help: "Name of the worker.")
    var worker: String

    @OptionGroup var view: ViewOptions

    func run() throws {
        let worker = worker
        try view.show("workers get \(worker)") { session in
            let cluster = try session.document(.cluster, ClusterDocument.self)
            let known = cluster.workers.first { $0.name == worker }
            let links = cluster.links.filter { $0.from == worker || $0.to == worker }
            if let known, known.state == .dead {
                return try Self.shown(WorkerDocument(worker: known, load: nil, links: links))
            }
            // The router says best why there is no such worker.
            let loads = try session.document(.loads, LoadsDocument.self, argument: worker)
            guard let known, let load = loads.workers.first else {
                throw ServingError(.peerLost, "\(worker) has just come or gone: ask again")
            }
            return try Self.shown(WorkerDocument(worker: known, load: load, links: links))
        }
    }

    private static func shown(_ worker: WorkerDocument) throws -> Shown {
        try Shown(worker, WorkerText(worker).text)
    }
}
