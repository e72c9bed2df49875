public import ArgumentParser
internal import Engine
internal import Foundation
internal import ModelFormat
internal import ServingTypes
internal import Tokenization

/// Measures what KV codecs save and what they cost: bytes, speed, answers and divergence.
///
/// Prompts with codes in them are prefilled; their KV goes through each codec chunk by chunk, as on a lane,
/// and the answer is decoded from what comes out. Bytes, answers and divergence do not depend on the machine;
/// speeds do, and are of one thread.
public struct CodecsCommand: ParsableCommand {
    /// Name and help of the command.
    public static let configuration = CommandConfiguration(
        commandName: "codecs",
        abstract: "Measure the KV codecs: bytes, recall, divergence and speed."
    )

    @Option(help: "GGUF file of the model.")
    var model: String

    @Option(help: "Number format of the KV cache: f16, bf16 or f32.")
    var kvType = "f16"

    @Option(help: "Compute threads of the engine; the codecs run on one.")
    var threads = 2

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    @OptionGroup var options: CodecsOptions

    /// Parsed by the argument parser.
    public init() {}

    /// Refuses numbers that measure nothing.
    public func validate() throws {
        guard KVType(rawValue: kvType) != nil else {
            throw ValidationError("--kv-type is \(kvType); use f16, bf16 or f32")
        }
        guard threads >= 1 else { throw ValidationError("--threads must be at least 1") }
    }

    /// Measures, with progress on standard error, and prints the report.
    public func run() throws {
        let file = try GGUFFile.open(path: model)
        let vocabulary = try Vocabulary(from: file)
        let bench = CodecsBench(
            engine: try CPUEngine(
                model: file,
                kvType: KVType(rawValue: kvType) ?? .f16,
                threadCount: threads
            ),
            tokenizer: try Tokenizer(vocabulary),
            template: try ChatTemplate(vocabulary),
            options: options
        )
        let report = try bench.run { line in
            FileHandle.standardError.write(Data((line + "\n").utf8))
        }
        print(json ? try report.json() : report.text)
    }
}
