public import ArgumentParser
internal import Engine
internal import Foundation
internal import ModelFormat
internal import ServingTypes
internal import Tokenization

/// Measures what a model still finds in a prompt of which only a part of the KV was handed off.
///
/// Long prompts with codes in them are prefilled, reduced to several budgets, by attention and to their first and
/// last tokens only, and decoded from full and reduced KV. Correct answers and divergence from the full
/// cache do not depend on the machine; times do.
public struct SelectionCommand: ParsableCommand {
    /// Name and help of the command.
    public static let configuration = CommandConfiguration(
        commandName: "selection",
        abstract: "Measure answers from selected KV: recall, divergence and bytes by budget."
    )

    @Option(help: "GGUF file of the model.")
    var model: String

    @Option(help: "Number format of the KV cache: f16, bf16 or f32.")
    var kvType = "f16"

    @Option(help: "Compute threads.")
    var threads = 2

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    @OptionGroup var options: SelectionOptions

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
        let bench = SelectionBench(
            engine: try CPUEngine(
                model: file,
                kvType: KVType(rawValue: kvType) ?? .f16,
                threadCount: threads
            ),
            tokenizer: try Tokenizer(Vocabulary(from: file)),
            template: try ChatTemplate(Vocabulary(from: file)),
            options: options
        )
        let report = try bench.run { line in
            FileHandle.standardError.write(Data((line + "\n").utf8))
        }
        print(json ? try report.json() : report.text)
    }
}
