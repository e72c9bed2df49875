internal import DaemonKit
internal import ServingTypes

/// Paths as a matrix of rates: a row for each sender, a column for each receiver.
struct LinkMatrix {
    /// Columns of a receiver's name.
    private static let nameWidth = 14

    private let links: [ClusterDocument.Link]

    init(_ links: [ClusterDocument.Link]) { self.links = links }

    /// The rows, headings first, and what the signs mean.
    var lines: [StyledLine] {
        let senders = Self.ordered(links.map(\.from))
        let receivers = Self.ordered(links.map(\.to))
        var cells: [String: [String: ClusterDocument.Link]] = [:]
        for link in links { cells[link.from, default: [:]][link.to] = link }
        let names = receivers.map { WrappedText.tail($0, Self.nameWidth) }
        var table = TextTable(["FROM \\ TO"] + names, rightFrom: 1)
        for sender in senders {
            let row = receivers.map { cells[sender]?[$0] }
            var styles: [Int: TerminalStyle] = [:]
            for (index, link) in row.enumerated() {
                guard let link else { continue }
                styles[index + 1] = link.degraded ? .red : link.source == .prior ? .dim : .plain
            }
            table.add([sender] + row.map { $0.map(Self.text) ?? "" }, styles: styles)
        }
        return table.lines + legend
    }

    private static func ordered(_ names: [String]) -> [String] {
        Set(names).sorted { (NaturalOrder.key(of: $0), $0) < (NaturalOrder.key(of: $1), $1) }
    }

    private static func text(_ link: ClusterDocument.Link) -> String {
        let mark = link.degraded ? "!" : link.source == .prior ? "?" : ""
        guard let rate = link.bytesPerSecond else { return mark.isEmpty ? "-" : mark }
        return Quantities.shortRate(rate) + (mark.isEmpty ? "" : " \(mark)")
    }

    private var legend: [StyledLine] {
        var words: [String] = []
        if links.contains(where: \.degraded) { words.append("! far below what is expected") }
        if links.contains(where: { $0.source == .prior && !$0.degraded }) {
            words.append("? not measured yet")
        }
        return words.isEmpty ? [] : [StyledLine(), StyledLine(words.joined(separator: ", "), .dim)]
    }
}
