import ServingTypes

/// Prompts as text, for servers that take no token ids.
///
/// Each word is common, short and, after a space, one token in the usual English vocabularies; how many
/// tokens a server makes of a text is in its `usage`, and `wordsPerToken` corrects for it.
public enum WordText {
    /// One word per token, each decided by the token alone: equal leading tokens give equal leading words.
    ///
    /// - Parameter wordsPerToken: words for each token, above 0 and at most 16: at 0.8, ten tokens become
    ///   eight words.
    public static func text(of tokens: [TokenID], wordsPerToken: Double = 1) -> String {
        precondition(wordsPerToken > 0 && wordsPerToken <= 16, "wordsPerToken is \(wordsPerToken)")
        let count = max(Int(Double(tokens.count) * wordsPerToken), min(tokens.count, 1))
        var text = ""
        text.reserveCapacity(count * 6)
        for index in 0..<count {
            let token = tokens[min(Int(Double(index) / wordsPerToken), tokens.count - 1)]
            // Words that share a token differ by their place.
            let mixed = SplitMix64.mix(UInt64(token) << 32 | UInt64(truncatingIfNeeded: index))
            if index > 0 { text.append(" ") }
            text.append(words[Int(mixed % UInt64(words.count))])
        }
        return text
    }

    /// Common words, each once.
    static let words: [String] = """
        time year people way day man thing woman life child world school state family student group \
        country problem hand part place case week company system program question work number night \
        point home water room mother area money story fact month lot right study book eye job word \
        business issue side kind head house service friend father power hour game line end member \
        law car city name team minute idea body back parent face level office door health person art \
        war history party result change morning reason research girl guy moment air teacher force \
        foot boy age policy music market sense nation plan college interest death effect use class \
        control field role effort rate heart drug show leader light voice wife police mind price \
        report
        """.split(separator: " ").map(String.init)
}
