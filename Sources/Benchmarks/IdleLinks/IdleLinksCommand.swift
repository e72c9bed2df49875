public import ArgumentParser

/// `baton-bench idle-links`: memory of a worker per idle link.
public struct IdleLinksCommand: ParsableCommand {
    /// See `ParsableCommand`.
    public static let configuration = CommandConfiguration(
        commandName: "idle-links",
        abstract: "Measure what an idle link between workers costs in memory, beside the kernel's buffers.",
        discussion: """
            Starts a prefill and a decode worker and links so many peers to each, with mutual TLS, greeted and \
            without lanes. Reports how much the memory of the worker, and of the process with all the peers, has \
            grown per link.
            """
    )

    @Flag(help: "Print a JSON object instead of a table.")
    var json = false

    @Option(help: "Links to each worker, 16 to 512.")
    var links = 256

    @Option(help: "Folder of the worker programs; by default the one of this program.")
    var programs: String?

    /// For the argument parser.
    public init() {}

    /// See `ParsableCommand`.
    public func validate() throws {
        guard (16...512).contains(links) else {
            throw ValidationError("--links is \(links); use 16 to 512")
        }
    }

    /// See `ParsableCommand`.
    public func run() throws {
        let report = try IdleLinksBenchmark(links: links, programs: programs).run()
        print(json ? try ReportText.json(report) : report.text)
    }
}
