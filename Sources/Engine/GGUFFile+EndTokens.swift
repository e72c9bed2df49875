internal import ModelFormat
internal import ServingTypes

extension GGUFFile {
    /// Ends of sequence, of turn and of message, as the file names them, ascending.
    func endTokens() throws(GGUFError) -> [TokenID] {
        var tokens: Set<TokenID> = []
        for key in ["eos_token_id", "eot_token_id", "eom_token_id"] {
            guard let value = try metadata.unsigned("tokenizer.ggml." + key) else { continue }
            if let token = TokenID(exactly: value) { tokens.insert(token) }
        }
        return tokens.sorted()
    }
}
