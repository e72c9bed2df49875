public import ArgumentParser
internal import DaemonKit

/// `batonctl`: certificates, the state of a cluster, its decisions, and model files.
public struct BatonControl: ParsableCommand {
    /// Name, help and verbs.
    public static let configuration = CommandConfiguration(
        commandName: "batonctl",
        abstract: "Operates a Baton cluster. Exit status: 0 done, 1 failed, 64 wrong usage.",
        version: Version.text,
        subcommands: [
            StatusCommand.self, LinksCommand.self, ExplainCommand.self, DrainCommand.self, ResumeCommand.self,
            RoleCommand.self, PoolsCommand.self, CertsCommand.self,
            ModelCommand.self, MetricsCommand.self,
        ]
    )

    /// Made by the argument parser.
    public init() {}
}
