internal import ArgumentParser
internal import DaemonKit
internal import Foundation
internal import ServingTypes
internal import Wire

/// `batonctl role`: what workers do.
struct RoleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role",
        abstract: "Change what a worker does.",
        subcommands: [RoleSetCommand.self]
    )
}

/// `batonctl role set`: a worker ends the work of its role and takes another; with `--wait` until it has.
struct RoleSetCommand: ParsableCommand {
    /// A role as it is written.
    enum Role: String, ExpressibleByArgument, CaseIterable {
        case prefill, decode

        var workerRole: WorkerRole { self == .prefill ? .prefill : .decode }
    }

    /// What came of the order.
    struct Outcome: Encodable {
        let worker: String
        let role: String
        let wantedRole: String
        let done: Bool
        let requests: Int
        let leases: Int

        init(_ answer: RoleAnswer, _ worker: String) {
            self.worker = worker
            role = answer.current.name
            wantedRole = answer.wanted.name
            done = answer.isDone
            requests = answer.requests
            leases = answer.leases
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Let a worker end its work and take another role.",
        usage: "batonctl role set <worker> <prefill|decode> [--wait] [-o json|yaml]",
        discussion: """
            The worker's certificate must name both roles. The role lasts as long as the process; \
            its KV cache is kept. Ordering the role that it has takes back a change on its way.
            """
    )

    @Argument(help: "Name of the worker.")
    var worker: String

    @Argument(help: "Its new role.")
    var role: Role

    @Flag(help: "Wait until the worker has the role.")
    var wait = false

    @OptionGroup var format: OutputOptions

    @OptionGroup var options: RouterOptions

    func run() throws {
        try options.withSession { session in
            while true {
                let answer = try order(over: session)
                // Programs that wait want the end only.
                if answer.isDone || !wait || format.output == .table {
                    let outcome = Outcome(answer, worker)
                    try format.show(outcome, Self.text(of: answer, worker))
                }
                guard wait, !answer.isDone else { return }
                Thread.sleep(forTimeInterval: 1)
            }
        }
    }

    private func order(over session: AdminSession) throws -> RoleAnswer {
        let request = RoleRequest(worker: WorkerID(rawValue: worker), role: role.workerRole)
        let reply = try session.ask(.roleRequest(request))
        guard case .roleReply(let outcome) = reply else { throw UnexpectedReply(reply) }
        if let failure = outcome.answer.failure { throw failure }
        return outcome.answer
    }

    static func text(of answer: RoleAnswer, _ worker: String) -> String {
        guard !answer.isDone else { return "\(worker) is a \(answer.current.name) worker" }
        return "\(worker) ends its work as a \(answer.current.name) worker: \(answer.requests) requests, "
            + "\(answer.leases) transfers left"
    }
}
