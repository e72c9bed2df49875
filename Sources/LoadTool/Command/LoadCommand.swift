public import ArgumentParser

/// `baton-load`: sends requests to an OpenAI-style server and measures its answers.
public struct LoadCommand: ParsableCommand {
    /// See `ParsableCommand`.
    public static let configuration = CommandConfiguration(
        commandName: "baton-load",
        abstract: "Sends load to an OpenAI-style server and measures TTFT, TPOT, ITL and goodput.",
        discussion: """
            baton-load --request-rate 4 --num-prompts 200 --random-input-len 512
            baton-load --dataset-name mooncake --dataset-path trace.jsonl
            baton-load sweep --search --goodput ttft:500 tpot:50 --html sweep.html
            baton-load compare before.json after.json

            baton-load run --help lists what a run can be told.

            Exit status: 0 when at least one request was answered; 1 when none was; 64 for a wrong option; 66 for an \
            unusable file; 68 for an unknown host; 69 when the server is not ready; 71 when this machine lacks \
            something; 130 when the run was interrupted.
            """,
        subcommands: [RunCommand.self, SweepCommand.self, CompareCommand.self, ReportCommand.self],
        defaultSubcommand: RunCommand.self
    )

    /// For the argument parser.
    public init() {}
}
