/// The header `tracestate`: what tracing systems tell themselves along a trace.
///
/// Source: W3C Trace Context Level 2, §3.3.
enum TraceState {
    /// Members that a list may have.
    private static let memberLimit = 32
    private static let partLimit = 256

    /// The list without empty members and spaces around members; `nil` when it is not valid.
    static func cleaned(_ text: String) -> String? {
        var members: [Substring] = []
        var keys: Set<Substring> = []
        for part in text.split(separator: ",") {
            let member = trimmed(part)
            guard !member.isEmpty else { continue }
            let halves = member.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, isKey(halves[0]), isValue(halves[1]), keys.insert(halves[0]).inserted
            else { return nil }
            members.append(member)
        }
        return members.count <= memberLimit ? members.joined(separator: ",") : nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while text.last == "\t" || text.last == " " { text.removeLast() }
        return text
    }

    private static func isKey(_ text: Substring) -> Bool {
        let isAlphanumeric = { (byte: UInt8) in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard let first = text.utf8.first, text.utf8.count <= partLimit else { return false }
        return isAlphanumeric(first)
            && text.utf8.allSatisfy { isAlphanumeric($0) || "_-*/@".utf8.contains($0) }
    }

    private static func isValue(_ text: Substring) -> Bool {
        (1...partLimit).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "=") }
    }
}
