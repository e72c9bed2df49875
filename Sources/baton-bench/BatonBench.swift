import ArgumentParser
import Benchmarks

/// Measures whole paths, each against its own limit in the same run.
@main
struct BatonBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baton-bench",
        abstract: "Measures Baton's parts against what the machine can do.",
        subcommands: [
            KVCommand.self, OverlapCommand.self, PathsCommand.self, CodecsCommand.self,
            SelectionCommand.self, CostCommand.self, PreemptCommand.self, DisaggregationCommand.self,
            IdleLinksCommand.self, MetricsCommand.self,
            LoadBenchCommand.self, RouterCommand.self, PlaceCommand.self, HTTPNullCommand.self,
            NullServerCommand.self,
            NullWorkerCommand.self, LimitReceiveCommand.self, LimitSendCommand.self,
        ]
    )
}
