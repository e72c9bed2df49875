internal import ArgumentParser
internal import DaemonKit
internal import ServingTypes

/// `batonctl links`: what the paths between workers carry.
struct LinksCommand: ParsableCommand {
    /// How paths are laid out for people.
    enum Layout: String, EnumerableFlag {
        /// Senders as rows, receivers as columns.
        case matrix
        /// A line per path.
        case list

        static func help(for value: Layout) -> ArgumentHelp? {
            value == .matrix ? "Senders as rows, or a line per path." : nil
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "links",
        abstract: "Show the measured paths between workers.",
        usage: "batonctl links [--degraded] [--matrix|--list] [-o json|yaml] [-w [S]]",
        discussion: """
            RATE is by SOURCE: measured by transfers, probed while idle, or prior (no sample yet). FLIGHT is \
            not acknowledged. EXPECTED is transfer.expected_rates of the sender, or the best that lasted.
            """
    )

    @Flag(help: "Only degraded paths.")
    var degraded = false

    @Flag(exclusivity: .exclusive)
    var layout: Layout?

    @Flag(help: .hidden)
    var json = false

    @OptionGroup var view: ViewOptions

    func run() throws {
        let (degraded, layout) = (degraded, layout)
        let isMatrix = layout == .matrix || layout == nil && !degraded && StandardOutput().isTerminal
        var view = view
        // What `--json` meant before there was `-o`.
        if json { view.format.output = .json }
        try view.show("links") { session in
            let cluster = try session.document(.cluster, ClusterDocument.self)
            let links = Self.links(of: cluster, onlyDegraded: degraded)
            return Shown(document: try DocumentValue(links)) { width in
                let lines = Self.lines(of: links, isMatrix: isMatrix, isForced: layout != nil, width: width)
                return links.isEmpty ? [Self.nothing(onlyDegraded: degraded)] : lines + Self.rest(cluster)
            }
        }
    }

    /// Every path that the router tells of, by sender, then by receiver.
    static func links(of cluster: ClusterDocument, onlyDegraded: Bool) -> [ClusterDocument.Link] {
        cluster.links.filter { !onlyDegraded || $0.degraded }.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    }

    /// A matrix if it is wanted and fits, or is demanded; a list otherwise.
    static func lines(
        of links: [ClusterDocument.Link],
        isMatrix: Bool,
        isForced: Bool,
        width: Int
    ) -> [StyledLine] {
        guard isMatrix else { return list(of: links) }
        let matrix = LinkMatrix(links).lines
        let fits = matrix.allSatisfy { $0.width <= width }
        return fits || isForced ? matrix : list(of: links)
    }

    /// A line per path.
    static func list(of links: [ClusterDocument.Link]) -> [StyledLine] {
        var table = TextTable(["FROM", "TO", "RATE", "SOURCE", "RTT", "FLIGHT", "EXPECTED", "STATE"])
        for link in links {
            let style: TerminalStyle = link.degraded ? .red : .plain
            table.add(
                [
                    link.from, link.to, Quantities.shortRate(link.bytesPerSecond ?? 0), link.source.rawValue,
                    link.roundTripMs.map { Quantities.shortTime(.fromSeconds($0 / 1_000)) } ?? "-",
                    Quantities.short(Double(link.inFlightBytes)),
                    Quantities.shortRate(link.expectedBytesPerSecond ?? 0), link.degraded ? "degraded" : "ok",
                ],
                styles: [2: style, 7: style]
            )
        }
        return table.lines
    }

    static func nothing(onlyDegraded: Bool) -> StyledLine {
        StyledLine(
            onlyDegraded
                ? "No path is degraded."
                : "No path has been used: workers measure paths by sending KV over them."
        )
    }

    /// What was left out, if anything was.
    private static func rest(_ cluster: ClusterDocument) -> [StyledLine] {
        let left = cluster.linkCount - cluster.links.count
        return left > 0 ? [StyledLine("\(left) idle paths are not listed.", .dim)] : []
    }
}
