public import ArgumentParser

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

    @OptionGroup var model: ModelOptions
    @OptionGroup var options: CodecsOptions

    /// Parsed by the argument parser.
    public init() {}

    /// Measures, with progress on standard error, and prints the report.
    public func run() throws {
        let (engine, tokenizer, template) = try model.open()
        let bench = CodecsBench(engine: engine, tokenizer: tokenizer, template: template, options: options)
        let report = try bench.run(progress: ModelOptions.progress)
        print(model.json ? try report.json() : report.text)
    }
}
