public import ArgumentParser

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

    @OptionGroup var model: ModelOptions
    @OptionGroup var options: SelectionOptions

    /// Parsed by the argument parser.
    public init() {}

    /// Measures, with progress on standard error, and prints the report.
    public func run() throws {
        let (engine, tokenizer, template) = try model.open()
        let bench = SelectionBench(engine: engine, tokenizer: tokenizer, template: template, options: options)
        let report = try bench.run(progress: ModelOptions.progress)
        print(model.json ? try report.json() : report.text)
    }
}
