/// What `baton-bench idle-links` prints.
struct IdleLinksReport: Codable {
    /// One process: growth of its memory per link.
    struct Side: Codable, Equatable {
        var side: String
        var residentBytesPerLink: Int
        var proportionalBytesPerLink: Int

        enum CodingKeys: String, CodingKey {
            case side
            case residentBytesPerLink = "rss_bytes_per_link"
            case proportionalBytesPerLink = "pss_bytes_per_link"
        }

        init(_ side: String, links: Int, before: ProcessMemory, after: ProcessMemory) {
            precondition(links > 0, "\(links) links")
            self.side = side
            residentBytesPerLink = (after.resident - before.resident) / links
            proportionalBytesPerLink = (after.proportional - before.proportional) / links
        }
    }

    static let limitBytes = 64 << 10

    var bench = "idle-links"
    var machine = MachineReport.current
    var links: Int
    /// The largest growth of a process per link.
    var bytesPerLink: Int
    /// What it must not exceed.
    var limit = Self.limitBytes
    var holds: Bool
    var sides: [Side]

    enum CodingKeys: String, CodingKey {
        case bench, machine, links, holds, sides
        case bytesPerLink = "bytes_per_link"
        case limit = "limit_bytes"
    }

    init(links: Int, sides: [Side]) {
        self.links = links
        self.sides = sides
        bytesPerLink = sides.map { max($0.residentBytesPerLink, $0.proportionalBytesPerLink) }.max() ?? 0
        holds = bytesPerLink <= Self.limitBytes
    }

    /// The table for a person.
    var text: String {
        let kibibytes = { (bytes: Int) in ReportText.number(Double(bytes) / 1_024) }
        let rows = sides.map {
            [$0.side, kibibytes($0.residentBytesPerLink), kibibytes($0.proportionalBytesPerLink)]
        }
        return """
            \(links) idle links: at most \(kibibytes(bytesPerLink)) KiB each, limit \(kibibytes(limit)): \
            \(holds ? "holds" : "too much")
            \(ReportText.table(["process", "RSS KiB", "PSS KiB"], rows))
            """
    }
}
