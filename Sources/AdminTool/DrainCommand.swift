internal import ArgumentParser
internal import DaemonKit
internal import Foundation
internal import ServingTypes
internal import Settings
internal import Wire

/// `batonctl drain`: a worker takes no new work; with `--wait` until it owes nothing.
struct DrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Let a worker finish what it has and take no new work.",
        usage: "batonctl drain <worker> [--wait] [--worker-config F] [ROUTER OPTIONS]",
        discussion: """
            A worker's own certificate may drain that worker: --name <worker>.
            """
    )

    @Argument(help: "Name of the worker.")
    var worker: String

    @Flag(help: "Wait until the worker owes nothing.")
    var wait = false

    @Option(help: ArgumentHelp("The worker's settings: asks its first router.", valueName: "file"))
    var workerConfig: String?

    @OptionGroup var format: OutputOptions

    @OptionGroup var options: RouterOptions

    func run() throws {
        var options = options
        if let workerConfig {
            options.router = try WorkerSettings.load(path: workerConfig, overrides: []).value.routers[0]
                .description
        }
        try options.withSession { session in
            while true {
                let reply = try DrainOrder.send(worker, isResume: false, over: session)
                let outcome = DrainOutcome(reply)
                // Programs that wait want the end only.
                if outcome.safeToStop || !wait || format.output == .table {
                    try format.show(outcome, outcome.sentence)
                }
                if outcome.safeToStop || !wait { return }
                Thread.sleep(forTimeInterval: 1)
            }
        }
    }
}

/// `batonctl resume`: a drained worker takes work again.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a drained worker take work again.",
        usage: "batonctl resume <worker> [ROUTER OPTIONS]"
    )

    @Argument(help: "Name of the worker.")
    var worker: String

    @OptionGroup var format: OutputOptions

    @OptionGroup var options: RouterOptions

    func run() throws {
        let reply = try options.withSession { try DrainOrder.send(worker, isResume: true, over: $0) }
        let outcome = DrainOutcome(reply)
        try format.show(outcome, outcome.sentence)
    }
}

/// The order behind both commands.
private enum DrainOrder {
    static func send(_ worker: String, isResume: Bool, over session: AdminSession) throws -> DrainReply {
        let request = DrainRequest(worker: WorkerID(rawValue: worker), isResume: isResume)
        let reply = try session.ask(.drainRequest(request))
        guard case .drainReply(let drain) = reply else { throw UnexpectedReply(reply) }
        if let failure = drain.failure { throw failure }
        return drain
    }
}
