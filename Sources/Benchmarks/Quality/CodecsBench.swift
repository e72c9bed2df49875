internal import Engine
internal import ServingTypes
internal import Tokenization

/// Asks seeded questions at every length and sums up what each codec makes of them.
struct CodecsBench {
    let engine: CPUEngine
    let tokenizer: Tokenizer
    let template: ChatTemplate
    let options: CodecsOptions

    /// Measures all lengths; `progress` is told what is done.
    func run(progress: (String) -> Void) throws -> CodecsReport {
        var overall = KVCodec.allCases.map { _ in CodecTally() }
        let lengths = try options.lengths.map { length in
            var generator = RetrievalGenerator(seed: options.seed &+ UInt64(length))
            var (tallies, tokens) = (KVCodec.allCases.map { _ in CodecTally() }, 0)
            for index in 0..<options.prompts {
                let trial = try trial(length: length, index, using: &generator)
                for (codec, tally) in try trial.run().enumerated() { tallies[codec].add(tally) }
                tokens += trial.prompt.count
                progress("\(length) tokens: \(index + 1) of \(options.prompts) prompts")
            }
            for (codec, tally) in tallies.enumerated() { overall[codec].add(tally) }
            return CodecsReport.Length(
                meanPromptTokens: tokens / options.prompts,
                codecs: Self.rows(tallies)
            )
        }
        return CodecsReport(
            model: engine.identity.modelName,
            layout: engine.layout.description,
            seed: options.seed,
            prompts: options.prompts,
            facts: options.facts,
            chunkKib: options.chunkKib,
            lengths: lengths,
            overall: Self.rows(overall)
        )
    }

    private func trial(length: Int, _ index: Int, using generator: inout RetrievalGenerator) throws
        -> CodecsTrial
    {
        let prompt = RetrievalPrompt(
            tokens: length,
            depth: (Double(index) + 0.5) / Double(options.prompts),
            facts: options.facts,
            asked: 1,
            using: &generator,
            count: { tokenizer.encode($0, addSpecial: false, parseSpecial: false).count }
        )
        let messages = [ChatMessage(role: .user, content: prompt.text)]
        var answer = tokenizer.encode(prompt.answer, addSpecial: false, parseSpecial: false)
        if let end = engine.identity.endTokens.first { answer.append(end) }
        return CodecsTrial(
            engine: engine,
            options: options,
            prompt: try tokenizer.encodeChat(messages, with: template),
            answer: answer
        )
    }

    private static func rows(_ tallies: [CodecTally]) -> [CodecsReport.Codec] {
        zip(KVCodec.allCases, tallies).map { $1.row($0.name) }
    }
}
