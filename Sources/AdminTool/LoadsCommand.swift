internal import ArgumentParser
internal import DaemonKit
internal import ServingTypes

/// `batonctl loads`: what workers reported last, and how well that predicts them.
struct LoadsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loads",
        abstract: "Show the newest load report of each worker.",
        usage: "batonctl loads [<worker>] [-o json|yaml] [-w [SECONDS]]",
        discussion: """
            AGE of the report, QUEUE for a new prompt, tokens of CONTEXT in decode, KV blocks \
            that answers are to GROW by. Predicted: a decode STEP, a prompt of 1K tokens; * is \
            by profile, not measured. ERROR of predicted TTFT of late: + predicted too long.
            """
    )

    private static let nameWidth = 12

    @Argument(help: "Only this worker.")
    var worker: String?

    @OptionGroup var view: ViewOptions

    func run() throws {
        let worker = worker ?? ""
        try view.show(worker.isEmpty ? "loads" : "loads \(worker)") { session in
            let loads = try session.document(.loads, LoadsDocument.self, argument: worker)
            return try Shown(loads, Self.text(of: loads))
        }
    }

    static func text(of loads: LoadsDocument) -> String {
        guard !loads.workers.isEmpty else { return "No worker is connected." }
        func time(_ milliseconds: Double) -> String {
            Quantities.shortTime(.fromSeconds(milliseconds / 1_000))
        }
        var table = TextTable([
            "WORKER", "AGE", "WAIT", "RUN", "QUEUE", "CONTEXT", "GROW", "STEP", "1K", "ERROR",
        ])
        for worker in loads.workers {
            let mark = worker.fittedCost == nil ? "*" : ""
            table.add([
                WrappedText.tail(worker.name, nameWidth), worker.reportAgeMs.map { time($0) } ?? "-",
                "\(worker.waiting)", "\(worker.running)", time(worker.queuedMs), "\(worker.contextTokens)",
                "\(worker.expectedGrowthBlocks)", worker.decodeStepMs.map { time($0) + mark } ?? "-",
                time(worker.prefill1024Ms) + mark,
                worker.ttftError.map { Quantities.percent($0.median) } ?? "-",
            ])
        }
        return table.text
    }
}
