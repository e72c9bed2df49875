/// A network interface, in this process's network namespace or in a named one.
struct NetworkInterface: Hashable, Sendable {
    /// As `ip netns` names it; `nil` for this process's own.
    var namespace: String?
    var name: String

    /// Reads `INTERFACE` or `NAMESPACE/INTERFACE`.
    init?(parsing text: some StringProtocol) {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == "/" }.map { String($0) }
        let isPlain = parts.allSatisfy { part in
            (1...64).contains(part.count)
                && part.unicodeScalars.allSatisfy { scalar in
                    scalar.isASCII
                        && (scalar.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains(scalar))
                }
        }
        guard isPlain, let name = parts.last, parts.count <= 2, !name.hasPrefix("-"), name.count <= 15 else {
            return nil
        }
        self.name = name
        namespace = parts.count == 2 ? parts[0] : nil
    }
}
