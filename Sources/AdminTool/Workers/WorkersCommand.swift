internal import ArgumentParser

/// `batonctl workers`: who computes, and orders to single workers.
struct WorkersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers",
        abstract: "List workers, look at one, and give it orders.",
        discussion: """
            drain lets a worker end its work and says when it may be stopped; cordon only keeps \
            new work from it; remove forgets it. resume takes all of these back.
            """,
        subcommands: [
            WorkersListCommand.self, WorkersGetCommand.self, DrainCommand.self, ResumeCommand.self,
            WorkersCordonCommand.self, WorkersRemoveCommand.self,
        ]
    )
}
