internal import ArgumentParser
internal import DaemonKit
internal import ServingTypes
internal import Wire

/// `batonctl workers cordon`: a worker gets nothing new.
struct WorkersCordonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cordon",
        abstract: "Place nothing new on a worker; what it has goes on.",
        usage: "batonctl workers cordon <worker> [-o json|yaml] [ROUTER OPTIONS]",
        discussion: """
            The router keeps this by name, also while the worker is away, until it is resumed or \
            the router restarts. Prefixes that the worker caches may still be fetched. Other \
            routers are not told: drain a worker that is to stop.
            """
    )

    @Argument(help: "Name of the worker.")
    var worker: String

    @OptionGroup var form: OutputOptions
    @OptionGroup var options: RouterOptions

    func run() throws {
        let reply = try options.withSession { try $0.order(.cordon, worker: worker) }
        try form.show(WorkerOrderDocument(reply), Self.text(of: reply))
    }

    static func text(of reply: WorkerOrderReply) -> String {
        let rest =
            switch reply.requests {
            case 0: "it has none in hand"
            case 1: "1 in hand goes on"
            case let count: "\(count) in hand go on"
            }
        return "\(reply.worker) gets no new requests; \(rest)"
    }
}
