public import ModelFormat
internal import ServingTypes

extension PacedProfile {
    /// The profile with the vocabulary of a model or vocabulary file, so that answers are text to a router
    /// that tokenizes with it; answers are made of the longest run of the file's normal tokens.
    ///
    /// - Throws: ``EngineError/model(_:)`` for a file whose vocabulary cannot be read,
    ///   ``EngineError/unsupportedModel(reason:)`` for one without.
    public func speaking(vocabularyOf file: GGUFFile) throws(EngineError) -> PacedProfile {
        var profile = self
        let count: Int?
        let types: [Int64]?
        do {
            count = try file.metadata.elementCount("tokenizer.ggml.tokens")
            types = try file.metadata.integers("tokenizer.ggml.token_type")
            profile.endTokens = try file.endTokens()
        } catch {
            throw .model(error)
        }
        guard let count else { throw .unsupportedModel(reason: "\(file.path) has no vocabulary") }
        let normalType: Int64 = 1
        let normal = types.map { Self.longestRun($0.map { $0 == normalType }) } ?? 0..<count
        profile.vocabularyCount = count
        profile.firstOutputToken = TokenID(normal.lowerBound)
        profile.outputTokenCount = normal.count
        return profile
    }

    /// The longest range of true elements, the first of equally long ones.
    private static func longestRun(_ elements: [Bool]) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for index in 0...elements.count where index == elements.count || !elements[index] {
            if index - start > longest.count { longest = start..<index }
            start = index + 1
        }
        return longest
    }
}
