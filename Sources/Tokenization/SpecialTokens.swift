import ServingTypes

/// Finds tokens that are matched in the text before any merging: control and user-defined ones.
///
/// A trie over bytes; at each place the longest token wins.
struct SpecialTokens: Sendable {
    private var edges = PairTable(capacity: 64)
    private var nodeCount: UInt32 = 1
    private var controls: [TokenID?] = [nil]
    private var userDefined: [TokenID?] = [nil]
    private var startsToken: [Bool] = Array(repeating: false, count: 256)

    /// Tokens that are of type "user defined" in many files although they delimit turns.
    private static let markers: Set<String> = [
        "<start_of_turn>", "<end_of_turn>", "[INST]", "[/INST]", "<<SYS>>", "<</SYS>>", "<s>", "</s>",
        "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]",
    ]

    init(_ vocabulary: Vocabulary) {
        for id in vocabulary.tokens.indices {
            let token = TokenID(id)
            if Self.isControl(token, vocabulary) {
                insert(vocabulary.tokens[id], token, isControl: true)
            } else if vocabulary.type(of: token) == .userDefined {
                insert(vocabulary.tokens[id], token, isControl: false)
            }
        }
    }

    /// Whether the token steers the model and must never come from a user's text.
    ///
    /// Besides tokens of type control this holds for user-defined ones that look like markers (`<|…|>` and a
    /// few more): converters give fine-tuned models' turn markers that type.
    static func isControl(_ token: TokenID, _ vocabulary: Vocabulary) -> Bool {
        switch vocabulary.type(of: token) {
        case .control, .unknown: return true
        case .normal, .unused, .byte: return false
        case .userDefined:
            let spelling = vocabulary.tokens[Int(token)]
            return markers.contains(spelling) || (spelling.hasPrefix("<|") && spelling.hasSuffix("|>"))
        }
    }

    /// Whether no token starts with `byte`: the quick way past most of a text.
    @inline(__always)
    func noneStarts(with byte: UInt8) -> Bool { !startsToken[Int(byte)] }

    /// The longest token that starts at `start`; a control token must end by `controlEnd`.
    func longestMatch(
        at start: Int,
        in text: UnsafeBufferPointer<UInt8>,
        controlEnd: Int
    ) -> (token: TokenID, end: Int)? {
        var best: (token: TokenID, end: Int)?
        var node: UInt32 = 0
        var index = start
        while index < text.count {
            let edge = edges[node, UInt32(text[index])]
            guard edge != PairTable.none else { break }
            node = UInt32(edge)
            index += 1
            if let token = userDefined[Int(node)] { best = (token, index) }
            if index <= controlEnd, let token = controls[Int(node)] { best = (token, index) }
        }
        return best
    }

    private mutating func insert(_ spelling: String, _ token: TokenID, isControl: Bool) {
        guard let first = spelling.utf8.first else { return }
        startsToken[Int(first)] = true
        var node: UInt32 = 0
        for byte in spelling.utf8 {
            let edge = edges[node, UInt32(byte)]
            guard edge == PairTable.none else {
                node = UInt32(edge)
                continue
            }
            _ = edges.insert(node, UInt32(byte), UInt64(nodeCount))
            node = nodeCount
            nodeCount += 1
            controls.append(nil)
            userDefined.append(nil)
        }
        if isControl {
            controls[Int(node)] = controls[Int(node)] ?? token
        } else {
            userDefined[Int(node)] = userDefined[Int(node)] ?? token
        }
    }
}
