internal import ArgumentParser

/// What a measurement of the codecs varies.
struct CodecsOptions: ParsableArguments {
    @Option(parsing: .upToNextOption, help: "Prompt lengths, in tokens.")
    var lengths = [128, 512, 1_024, 2_048, 3_072]

    @Option(help: "Prompts for each length; the asked code stands at evenly spread depths.")
    var prompts = 50

    @Option(help: "Codes planted in each prompt, at most 10.")
    var facts = 4

    @Option(help: "KV bytes of a chunk before coding, in KiB; a chunk is of one layer.")
    var chunkKib = 256

    @Option(help: "Seed of the prompts.")
    var seed: UInt64 = 1

    func validate() throws {
        guard !lengths.isEmpty, lengths.allSatisfy({ $0 >= 64 }) else {
            throw ValidationError("--lengths must name lengths of 64 tokens at least")
        }
        guard prompts >= 1, (1...10).contains(facts) else {
            throw ValidationError("--prompts must be at least 1, --facts 1 to 10")
        }
        guard (1...4_096).contains(chunkKib) else {
            throw ValidationError("--chunk-kib is \(chunkKib); use 1 to 4096, the limit of a payload")
        }
    }
}
