/// Turns the bytes that a terminal sends into keys.
///
/// Sequences may come in pieces: ``isWaiting`` says that a key is begun. What is not known is passed over.
/// Source: xterm control sequences, "PC-style function keys".
struct KeyParser {
    private var pending: [UInt8] = []

    /// Whether the last bytes may be the start of a longer sequence, or the escape key alone.
    var isWaiting: Bool { !pending.isEmpty }

    /// Takes bytes; gives the keys that are complete.
    mutating func take(_ bytes: some Sequence<UInt8>) -> [TerminalKey] {
        pending += bytes
        var keys: [TerminalKey] = []
        while let (count, key) = next() {
            pending.removeFirst(count)
            if let key { keys.append(key) }
        }
        return keys
    }

    /// Nothing followed in time: what is begun was the escape key, or is dropped.
    mutating func expire() -> [TerminalKey] {
        defer { pending = [] }
        return pending == [0x1B] ? [.escape] : []
    }

    /// The first complete key of what is pending, with its bytes; `nil` to wait for more.
    private func next() -> (count: Int, key: TerminalKey?)? {
        guard let first = pending.first else { return nil }
        switch first {
        case 0x1B: return sequence()
        case 0x09: return (1, .tab)
        case 0x0A, 0x0D: return (1, .enter)
        case 0..<0x20, 0x7F: return (1, nil)
        case ..<0x80: return (1, .character(Character(Unicode.Scalar(first))))
        default: return longCharacter(first)
        }
    }

    private func longCharacter(_ first: UInt8) -> (count: Int, key: TerminalKey?)? {
        let count = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
        guard count > 1 else { return (1, nil) }
        guard pending.count >= count else { return nil }
        let text = String(decoding: pending.prefix(count), as: UTF8.self)
        return text.count == 1 ? (count, text.first.map { .character($0) }) : (1, nil)
    }

    /// A sequence that begins with ESC [ or ESC O.
    private func sequence() -> (count: Int, key: TerminalKey?)? {
        guard pending.count > 1 else { return nil }
        guard pending[1] == UInt8(ascii: "[") || pending[1] == UInt8(ascii: "O") else {
            // A second escape, or a key with Alt: the first escape was a key of its own.
            return (1, .escape)
        }
        guard let end = pending.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else {
            // No key has a longer sequence.
            return pending.count > 16 ? (pending.count, nil) : nil
        }
        let parameters = String(decoding: pending[2..<end], as: UTF8.self)
        return (end + 1, Self.key(ending: pending[end], parameters: parameters))
    }

    private static func key(ending: UInt8, parameters: String) -> TerminalKey? {
        switch ending {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "C"): .right
        case UInt8(ascii: "D"): .left
        case UInt8(ascii: "H"): .home
        case UInt8(ascii: "F"): .end
        case UInt8(ascii: "Z"): .backTab
        case UInt8(ascii: "~"): numbered[String(parameters.prefix { $0 != ";" })]
        default: nil
        }
    }

    private static let numbered: [String: TerminalKey] = [
        "1": .home, "7": .home, "4": .end, "8": .end, "5": .pageUp, "6": .pageDown,
    ]
}
