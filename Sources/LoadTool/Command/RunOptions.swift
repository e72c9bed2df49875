internal import ArgumentParser
internal import Workload

/// The options of a run, and of each run of a sweep.
struct RunOptions: ParsableArguments {
    @OptionGroup(title: "Server") var server: ServerOptions
    @OptionGroup(title: "Prompts") var dataset: DatasetOptions
    @OptionGroup(title: "Traffic") var traffic: TrafficOptions
    @OptionGroup(title: "Results") var report: ReportOptions
    @OptionGroup(title: "Faults in a local cluster") var faults: FaultOptions

    @Option(
        help: ArgumentHelp(
            "Baton router's log as JSON lines: gives the times of its stages.",
            valueName: "file"
        )
    )
    var routerLog: String?

    /// What is kept with the result beside the settings that reports have a place for.
    func facts(_ limits: ClientLimits) throws -> [String: String] {
        var facts = try report.facts
        let data = dataset
        switch data.datasetName {
        case .random:
            facts["random_input_len"] = "\(data.randomInputLen)"
            facts["random_output_len"] = "\(data.randomOutputLen)"
            facts["random_range_ratio"] = "\(data.randomRangeRatio)"
            facts["random_prefix_len"] = "\(data.randomPrefixLen)"
        case .mooncake, .azure, .burstgpt:
            facts["dataset_path"] = data.datasetPath ?? ""
            facts["time_scale"] = "\(traffic.timeScale)"
        case .text: facts["dataset_path"] = data.datasetPath ?? ""
        case .chat:
            facts["chat_turns"] = data.chatTurns
            facts["chat_think_time"] = "\(data.chatThinkTime)"
        }
        facts["stream"] = server.noStream ? "false" : "true"
        facts["ignore_eos"] = server.ignoreEos ? "true" : "false"
        facts["client_threads"] = "\(server.threads)"
        if let body = server.extraBody { facts["extra_body"] = body }
        if let duration = traffic.duration { facts["duration_limit"] = "\(duration)" }
        return facts
    }
}
