internal import ArgumentParser
internal import DaemonKit
internal import ServingTypes
internal import Wire

/// `batonctl workers remove`: a worker is forgotten, and its name refused.
struct WorkersRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Forget a worker and refuse its name.",
        usage: "batonctl workers remove <worker> [--force] [ROUTER OPTIONS]",
        discussion: """
            A worker that has work or keeps KV for others is not removed: drain it first, or use \
            --force. Its requests then go on elsewhere from their last token, as if it had died. \
            The name is refused until it is resumed or the router restarts.
            """
    )

    @Argument(help: "Name of the worker.")
    var worker: String

    @Flag(help: "Remove it although it has work; that is placed anew.")
    var force = false

    @OptionGroup var form: OutputOptions
    @OptionGroup var options: RouterOptions

    func run() throws {
        let reply = try options.withSession { try $0.order(.remove, worker: worker, isForced: force) }
        try form.show(WorkerOrderDocument(reply), Self.text(of: reply))
    }

    static func text(of reply: WorkerOrderReply) -> String {
        let moved =
            switch reply.requests {
            case 0: ""
            case 1: "; 1 request was placed anew"
            case let count: "; \(count) requests were placed anew"
            }
        return "\(reply.worker) is removed\(moved)\n"
            + WrappedText.wrap("batonctl workers resume \(reply.worker) lets it back", indent: 2)
    }
}
