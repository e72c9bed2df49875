public import ArgumentParser
internal import DaemonKit

/// `batonctl`: certificates, the state of a cluster, and model files.
public struct BatonControl: ParsableCommand {
    /// Name, help and verbs.
    public static let configuration = CommandConfiguration(
        commandName: "batonctl",
        abstract: "Operates a Baton cluster: status, links, requests, draining, certificates, models.",
        discussion: """
            Commands that talk to a router connect to its mutual-TLS listener with an admin certificate \
            (batonctl certs issue --name admin --roles admin).
            Exit status: 0 done, 1 refused or failed, 64 wrong usage.
            """,
        version: Version.text,
        subcommands: [
            StatusCommand.self, LinksCommand.self, RequestCommand.self, DrainCommand.self, ResumeCommand.self,
            CertsCommand.self,
            ModelCommand.self, MetricsCommand.self,
        ]
    )

    /// Made by the argument parser.
    public init() {}
}
