/// Splits text into the words within which byte-level BPE merges: exact scanners for published patterns.
///
/// The patterns, in the notation of their sources (`\p{…}` and `\s` as Unicode defines them):
/// - `gpt2`: `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
/// - `llama3`: `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|`
///   ` ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
/// - `qwen2`: as `llama3` with `\p{N}` for `\p{N}{1,3}`. Its Unicode normalization (NFC) is not applied, as
///   in llama.cpp: text that is not normalized is encoded as it stands.
///
/// - `smollm`: every `\p{N}` alone, and what is between them as `gpt2`, each part as a text of its own.
///
/// Every scanner looks at each character a bounded number of times, so that splitting is O(n).
enum PreTokenizer: Sendable {
    case gpt2, llama3, qwen2, smollm

    static let knownNames = "gpt-2, llama-bpe, qwen2, smollm"

    /// The rule of the GGUF key `tokenizer.ggml.pre`; files from before that key are split as GPT-2 does.
    init(name: String?) throws(TokenizerError) {
        switch name {
        case nil, "default", "gpt-2", "gpt2": self = .gpt2
        case "llama-bpe", "llama3", "llama-v3": self = .llama3
        case "qwen2": self = .qwen2
        case "smollm": self = .smollm
        case .some(let name): throw .unknownPreTokenizer(name)
        }
    }

    /// Whether a word that is a token as a whole is taken without merging (`ignore_merges` of Llama 3's
    /// tokenizer).
    var takesWholeWords: Bool { self == .llama3 }

    /// Where the word that starts at `start` ends; `start` is below `text.count`.
    func wordEnd(_ start: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
        switch self {
        case .gpt2: Self.gpt2End(start, text, splitsDigits: false)
        case .smollm: Self.gpt2End(start, text, splitsDigits: true)
        case .llama3: Self.llama3End(start, text, numberLimit: 3)
        case .qwen2: Self.llama3End(start, text, numberLimit: 1)
        }
    }

    private static func gpt2End(
        _ start: Int,
        _ text: UnsafeBufferPointer<UInt8>,
        splitsDigits: Bool
    ) -> Int {
        if let end = contractionEnd(start, text, ignoringCase: false) { return end }
        var (kind, length) = ScalarClass.at(start, of: text)
        if splitsDigits, kind == .number { return start + length }
        var head = start
        if text[start] == 0x20, start + 1 < text.count {
            let (following, followingLength) = ScalarClass.at(start + 1, of: text)
            let isTaken = !following.isWhitespace && !(splitsDigits && following == .number)
            if isTaken { (head, kind, length) = (start + 1, following, followingLength) }
        }
        guard kind.isWhitespace else { return runEnd(head + length, text, of: kind) }
        return whitespaceEnd(start, text, breakingAtNewlines: false, endingAtNumbers: splitsDigits)
    }

    private static func llama3End(
        _ start: Int,
        _ text: UnsafeBufferPointer<UInt8>,
        numberLimit: Int
    ) -> Int {
        if let end = contractionEnd(start, text, ignoringCase: true) { return end }
        let (kind, length) = ScalarClass.at(start, of: text)
        switch kind {
        case .letter: return runEnd(start + length, text, of: .letter)
        case .number: return numberEnd(start, text, limit: numberLimit)
        case .newline: return whitespaceEnd(start, text, breakingAtNewlines: true)
        case .space, .other: break
        }
        let second = start + length
        let following = second < text.count ? ScalarClass.at(second, of: text) : nil
        if let following, following.class == .letter {
            return runEnd(second + following.length, text, of: .letter)
        }
        if kind == .other { return symbolsEnd(second, text) }
        if text[start] == 0x20, let following, following.class == .other {
            return symbolsEnd(second + following.length, text)
        }
        return whitespaceEnd(start, text, breakingAtNewlines: true)
    }
}

// MARK: - Parts of the patterns

extension PreTokenizer {
    /// Where a contraction ends: `'s|'t|'re|'ve|'m|'ll|'d`.
    ///
    /// Ignoring case also takes U+017F, which folds to "s".
    private static func contractionEnd(
        _ start: Int,
        _ text: UnsafeBufferPointer<UInt8>,
        ignoringCase: Bool
    ) -> Int? {
        guard text[start] == 0x27, start + 1 < text.count else { return nil }
        let bit: UInt8 = ignoringCase ? 0x20 : 0
        let first = text[start + 1] | bit
        switch first {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
        default: break
        }
        guard start + 2 < text.count else { return nil }
        if ignoringCase, text[start + 1] == 0xC5, text[start + 2] == 0xBF { return start + 3 }
        switch (first, text[start + 2] | bit) {
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
            (UInt8(ascii: "l"), UInt8(ascii: "l")):
            return start + 3
        default: return nil
        }
    }

    private static func runEnd(_ start: Int, _ text: UnsafeBufferPointer<UInt8>, of kind: ScalarClass) -> Int
    {
        var index = start
        while index < text.count {
            let (found, length) = ScalarClass.at(index, of: text)
            guard found == kind else { break }
            index += length
        }
        return index
    }

    private static func numberEnd(_ start: Int, _ text: UnsafeBufferPointer<UInt8>, limit: Int) -> Int {
        var index = start
        for _ in 0..<limit where index < text.count {
            let (found, length) = ScalarClass.at(index, of: text)
            guard found == .number else { break }
            index += length
        }
        return index
    }

    /// Where `[^\s\p{L}\p{N}]*[\r\n]*` ends.
    private static func symbolsEnd(_ start: Int, _ text: UnsafeBufferPointer<UInt8>) -> Int {
        runEnd(runEnd(start, text, of: .other), text, of: .newline)
    }

    /// Where `\s+(?!\S)|\s+` ends, or before them `\s*[\r\n]+` when `breakingAtNewlines`.
    ///
    /// There is white space at `start`. When `endingAtNumbers`, a number counts as the end of the text.
    private static func whitespaceEnd(
        _ start: Int,
        _ text: UnsafeBufferPointer<UInt8>,
        breakingAtNewlines: Bool,
        endingAtNumbers: Bool = false
    ) -> Int {
        var index = start
        var lastStart = start
        var newlineEnd: Int?
        while index < text.count {
            let (found, length) = ScalarClass.at(index, of: text)
            guard found.isWhitespace else {
                if endingAtNumbers, found == .number { return index }
                break
            }
            lastStart = index
            index += length
            if found == .newline { newlineEnd = index }
        }
        if breakingAtNewlines, let newlineEnd { return newlineEnd }
        // Before a word the last space is left to it, unless it is the only one.
        return index == text.count || lastStart == start ? index : lastStart
    }
}
