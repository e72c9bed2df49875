public import ArgumentParser

/// `baton-bench preempt`: how soon a short prompt starts while a long one is computed.
public struct PreemptCommand: ParsableCommand {
    /// See `ParsableCommand`.
    public static let configuration = CommandConfiguration(
        commandName: "preempt",
        abstract: "Measure preemption between layers, and prompts beside running answers.",
        discussion: """
            Starts one worker that computes prompts whole and acts as its router: a long prompt alone, a short one \
            alone, then short ones while the long one runs, with preemption and without. Then a long prompt \
            beside running answers, chunked and layered.
            """
    )

    @Option(help: "Tokens of the long prompt; less where the model's context is shorter.")
    var longTokens = 32_768

    @Option(help: "Tokens of a short prompt.")
    var urgentTokens = 128

    @Option(help: "Short prompts while one long one runs.")
    var urgentCount = 1

    @Option(help: "Rounds.")
    var rounds = 10

    @Option(help: "Layers of the model or profile.")
    var layers = 32

    @Option(help: "Running answers beside the long prompt.")
    var answers = 16

    @Option(help: "Tokens of a step where prompts are cut.")
    var stepTokens = 512

    @Option(help: "Prompt tokens of a layered step.")
    var layeredTokens = 8_192

    @Option(help: "Rounds of a long prompt beside answers; 0 for none.")
    var mixedRounds = 3

    @OptionGroup var options: StepsOptions

    /// For the argument parser.
    public init() {}

    /// See `ParsableCommand`.
    public func validate() throws {
        guard rounds >= 1, urgentCount >= 1, layers >= 1, urgentTokens >= 1, answers >= 1 else {
            throw ValidationError("rounds, counts, lengths and layers must be at least 1")
        }
        guard longTokens > urgentTokens else {
            throw ValidationError("--long-tokens is \(longTokens); use more than --urgent-tokens")
        }
    }

    /// See `ParsableCommand`.
    public func run() throws {
        let preempt = PreemptBenchmark(
            engine: options.planned,
            longTokens: longTokens,
            urgentTokens: urgentTokens,
            urgentCount: urgentCount,
            rounds: rounds,
            layerCount: layers,
            programs: options.programs,
            seed: options.seed
        )
        let rows = try preempt.run()
        let mixed = MixedBenchmark(
            engine: options.planned,
            longTokens: rows[0].longTokens,
            answers: answers,
            rounds: mixedRounds,
            stepTokens: stepTokens,
            layeredTokens: layeredTokens,
            programs: options.programs,
            seed: options.seed
        )
        let report = PreemptReport(
            engine: options.engine,
            rows: rows,
            mixed: mixedRounds > 0 ? try mixed.run() : []
        )
        print(options.json ? try ReportText.json(report) : report.text)
    }
}
