internal import ArgumentParser
internal import Foundation
internal import ServingTypes
internal import Wire

/// `batonctl links`: what the paths between workers carry.
struct LinksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "links",
        abstract: "Show the measured paths between workers.",
        usage: "batonctl links [--degraded] [--json] [ROUTER OPTIONS]",
        discussion: """
            RATE is what a path carries, by SOURCE: measured by transfers, probed while \
            idle, or prior (no sample yet). FLIGHT is sent and not acknowledged. EXPECTED \
            is transfer.expected_rates of the sender, or the best rate that lasted; a path \
            is degraded after several samples below transfer.degraded_below of it.
            JSON has rates in bytes per second, and null where nothing is known.
            """
    )

    @Flag(help: "Only degraded paths.")
    var degraded = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var options: RouterOptions

    func run() throws {
        let reply = try options.withSession { session in try session.ask(.statusRequest) }
        guard case .statusReply(let status) = reply else { throw UnexpectedReply(reply) }
        let links = Self.links(of: status, onlyDegraded: degraded)
        print(json ? try Self.json(of: links) : Self.text(of: links, onlyDegraded: degraded))
    }

    /// Every path of the cluster, by sender, then by receiver.
    static func links(of status: StatusReply, onlyDegraded: Bool) -> [LinkRow] {
        let rows = status.workers.flatMap { worker in
            worker.paths.map { LinkRow(from: worker.address.worker.id, path: $0) }
        }
        return rows.filter { !onlyDegraded || $0.path.isDegraded }.sorted {
            ($0.from, $0.path.peer) < ($1.from, $1.path.peer)
        }
    }

    static func text(of links: [LinkRow], onlyDegraded: Bool) -> String {
        guard !links.isEmpty else {
            return onlyDegraded
                ? "No path is degraded."
                : "No path has been used: workers measure paths by sending KV over them."
        }
        var table = TextTable(["FROM", "TO", "RATE", "SOURCE", "RTT", "FLIGHT", "EXPECTED", "STATE"])
        for link in links {
            let path = link.path
            table.add([
                link.from.rawValue, path.peer.rawValue, Quantities.shortRate(path.bytesPerSecond),
                link.source.rawValue, path.roundTrip > .zero ? Quantities.shortTime(path.roundTrip) : "-",
                Quantities.short(Double(path.inFlightBytes)),
                Quantities.shortRate(path.expectedBytesPerSecond), path.isDegraded ? "degraded" : "ok",
            ])
        }
        return table.text
    }

    static func json(of links: [LinkRow]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(links), as: UTF8.self)
    }
}
