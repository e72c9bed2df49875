public import ArgumentParser
internal import Engine
internal import Foundation
internal import ModelFormat
internal import ServingTypes
internal import Tokenization

/// What a benchmark of a model's answers takes on its command line.
public struct ModelOptions: ParsableArguments {
    @Option(help: "GGUF file of the model.")
    var model: String

    @Option(help: "Number format of the KV cache: f16, bf16 or f32.")
    var kvType = "f16"

    @Option(help: "Compute threads of the engine.")
    var threads = 2

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    /// Parsed by the argument parser.
    public init() {}

    /// Refuses what no engine can be started with.
    public func validate() throws {
        guard KVType(rawValue: kvType) != nil else {
            throw ValidationError("--kv-type is \(kvType); use f16, bf16 or f32")
        }
        guard threads >= 1 else { throw ValidationError("--threads must be at least 1") }
    }

    /// Opens the model.
    func open() throws -> (engine: CPUEngine, tokenizer: Tokenizer, template: ChatTemplate) {
        let file = try GGUFFile.open(path: model)
        let vocabulary = try Vocabulary(from: file)
        let engine = try CPUEngine(
            model: file,
            kvType: KVType(rawValue: kvType) ?? .f16,
            threadCount: threads
        )
        return (engine, try Tokenizer(vocabulary), try ChatTemplate(vocabulary))
    }

    /// Says how far a long measurement is, beside its report.
    static func progress(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}
