internal import ArgumentParser
internal import DaemonKit
internal import Foundation

/// `batonctl version`: this tool's release and the router's.
struct VersionCommand: ParsableCommand {
    /// What `-o json` prints.
    struct Document: Encodable {
        let batonctl: String
        let router: String?
        let routerName: String?
    }

    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Show the releases of batonctl and of the router.",
        usage: "batonctl version [--client] [-o json|yaml] [ROUTER OPTIONS]"
    )

    @Flag(help: "Only this tool's: asks no router.")
    var client = false

    @OptionGroup var form: OutputOptions
    @OptionGroup var options: RouterOptions

    func run() throws {
        guard !client else { return try show(nil) }
        let cluster: ClusterDocument
        do {
            cluster = try options.withSession { try $0.document(.cluster, ClusterDocument.self) }
        } catch {
            try show(nil)
            throw error
        }
        try show(cluster)
        guard let warning = Self.warning(router: cluster.version) else { return }
        FileHandle.standardError.write(Data((warning + "\n").utf8))
    }

    private func show(_ cluster: ClusterDocument?) throws {
        let document = Document(
            batonctl: Version.text,
            router: cluster?.version,
            routerName: cluster?.router
        )
        try form.show(document, Self.text(of: document))
    }

    static func text(of document: Document) -> String {
        guard let router = document.router, let name = document.routerName else {
            return "batonctl \(document.batonctl)"
        }
        return "batonctl \(document.batonctl)\nrouter   \(router) (\(name))"
    }

    /// What is wrong with another release at the other end; `nil` for the same.
    static func warning(router: String) -> String? {
        guard router != Version.text else { return nil }
        return "Warning: batonctl is \(Version.text), the router \(router): use the same release of both"
    }
}
