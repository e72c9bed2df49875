public import ArgumentParser
internal import DaemonKit

/// `batonctl`: certificates, the state of a cluster, its decisions, and model files.
public struct BatonControl: ParsableCommand {
    /// Name, help and verbs.
    public static let configuration = CommandConfiguration(
        commandName: "batonctl",
        abstract: "Operates a Baton cluster.",
        discussion: ExitStatus.help,
        version: Version.text,
        subcommands: [
            StatusCommand.self, TopCommand.self, LinksCommand.self, ExplainCommand.self, DrainCommand.self,
            ResumeCommand.self,
            WorkersCommand.self, RequestsCommand.self, LoadsCommand.self, ModelsCommand.self,
            FlushCacheCommand.self, VersionCommand.self,
            RoleCommand.self, PoolsCommand.self, ConfigCommand.self, CertsCommand.self,
            ModelCommand.self, MetricsCommand.self,
        ]
    )

    /// Made by the argument parser.
    public init() {}
}
